import assert from "node:assert/strict";
import { test } from "node:test";

import { Thumbs } from "../src/thumbs.ts";

function counting(): { thumbs: Thumbs; asked: number[]; live: Set<string> } {
  const asked: number[] = [];
  const live = new Set<string>();
  let last = 0;
  URL.createObjectURL = () => {
    const url = `blob:${++last}`;
    live.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => void live.delete(url);
  const thumb = (index: number) => {
    asked.push(index);
    return Promise.resolve(new Blob());
  };
  return { thumbs: new Thumbs({ thumb }), asked, live };
}

test("a gallery of any length keeps a bounded number of thumbs", async () => {
  const { thumbs, live } = counting();
  for (let index = 0; index < 2000; index++) await thumbs.get(index);

  assert.equal(live.size, 500);
  assert.equal(thumbs.peek(0), undefined);
  assert.ok(thumbs.peek(1999));
});

test("a thumb that is asked for twice at once is opened once", async () => {
  const { thumbs, asked } = counting();
  const [a, b] = await Promise.all([thumbs.get(3), thumbs.get(3)]);

  assert.equal(a, b);
  assert.deepEqual(asked, [3]);
});

test("after locking nothing is kept, not even what arrives late", async () => {
  const { thumbs, live } = counting();
  await thumbs.get(1);
  const late = thumbs.get(2);
  thumbs.clear();

  await assert.rejects(late);
  assert.equal(live.size, 0);
});
