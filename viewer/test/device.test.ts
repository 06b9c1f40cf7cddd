import assert from "node:assert/strict";
import { test } from "node:test";

import { openPayload, sealPayload } from "../src/device-key.ts";
import { lastDay } from "../src/device.ts";
import { type FailureKind, kindOf } from "../src/failures.ts";
import type { Payload, Rights } from "../src/slots.ts";

const rights: Rights = { grant: "client", downloads: "display", sign: false };
const payload: Payload = { manifest: new Uint8Array(32).fill(7), reply: new Uint8Array(32).fill(9), rights };
const GALLERY = "abcdefghijklmnop";

test("device: it is remembered for thirty days, and never longer than the grant or the gallery", () => {
  assert.equal(lastDay("2026-11-20", rights, undefined), "2026-12-20");
  assert.equal(lastDay("2026-11-20", rights, "2027-06-13"), "2026-12-20");
  assert.equal(lastDay("2026-11-20", { ...rights, until: "2026-11-25" }, "2026-12-01"), "2026-11-25");
  assert.equal(lastDay("2026-11-20", { ...rights, until: "2026-12-05" }, "2026-12-01"), "2026-12-01");
  assert.equal(lastDay("2026-11-20", { ...rights, until: "whenever" }, undefined), "2026-12-20");
});

test("device: what is kept opens to the same payload", async () => {
  const device = await sealPayload(payload, GALLERY, "2026-12-20");

  assert.deepEqual(await openPayload(device, GALLERY, "2026-12-20"), payload);
});

test("device: the key cannot be taken out, and the secret is not in the clear", async () => {
  const device = await sealPayload(payload, GALLERY, "2026-12-20");

  await assert.rejects(crypto.subtle.exportKey("raw", device.key));
  assert.ok(!Buffer.from(device.sealed).includes(Buffer.from(payload.manifest)));
  assert.ok(!Buffer.from(device.sealed).toString("latin1").includes("client"));
});

test("device: neither another gallery nor a later day makes use of it, and no bit can change", async () => {
  const device = await sealPayload(payload, GALLERY, "2026-12-20");
  const bent = device.sealed.slice();
  bent[3] = (bent[3] ?? 0) ^ 1;
  const failure = (attempt: Promise<unknown>): Promise<FailureKind> => attempt.then(() => assert.fail("opened"), kindOf);

  assert.equal(await failure(openPayload(device, "ponmlkjihgfedcba", "2026-12-20")), "tampered");
  assert.equal(await failure(openPayload(device, GALLERY, "2036-12-20")), "tampered");
  assert.equal(await failure(openPayload({ ...device, sealed: bent }, GALLERY, "2026-12-20")), "tampered");
});
