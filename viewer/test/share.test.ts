import assert from "node:assert/strict";
import { test } from "node:test";

import { parseFragment } from "../src/fragment.ts";
import { shareLink } from "../src/share.ts";

const secret = (n: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, i) => (n * 31 + i * 7) % 256);
const PAGE = "https://photos.studio.example/galleries/g/abcdefghijklmnop/";

test("share: a link has 22 characters for each photo and at most 200 besides", () => {
  for (const count of [1, 2, 60]) {
    const link = shareLink(PAGE, Array.from({ length: count }, (_, i) => secret(i)));

    assert.ok(link.length <= 22 * count + 200);
    assert.equal(link.length - PAGE.length, 3 + 22 * count);
  }
});

test("share: the link carries these secrets and nothing else", () => {
  const secrets = [secret(1), secret(2), secret(255)];
  const link = shareLink(PAGE, secrets);
  const found = parseFragment(link.slice(link.indexOf("#")));

  assert.deepEqual(found.views?.map((bytes) => [...bytes]), secrets.map((bytes) => [...bytes]));
  assert.equal(found.link, null);
  assert.equal(found.broken, false);
});

test("share: a link that a messenger cut off is broken, not shorter", () => {
  const link = shareLink(PAGE, [secret(1), secret(2)]);

  assert.equal(parseFragment(link.slice(link.indexOf("#"), -5)).broken, true);
});
