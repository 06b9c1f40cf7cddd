import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { FILES, mismatches, type VectorFile } from "./vectors.ts";

const FOLDER = join(process.env.VIEWER ?? "", "..", "tests", "vectors");

for (const file of FILES) {
  test(`every vector of ${file} opens or fails as it says`, async () => {
    const vectors = JSON.parse(await readFile(join(FOLDER, file), "utf8")) as VectorFile;

    assert.ok(vectors.length > 0);
    assert.deepEqual(await mismatches(file, vectors), []);
  });
}
