import assert from "node:assert/strict";
import { test } from "node:test";
import { layout, type Layout } from "../src/layout.ts";

const indexes = (grid: Layout): number[] => grid.rows.flatMap((row) => row.items.map((item) => item.index));
const rightEdge = (grid: Layout, row: number): number => {
  const last = grid.rows[row]?.items.at(-1);
  return last ? last.left + last.width : 0;
};
/** A repeatable stream of numbers in [0, 1): mulberry32. */
function numbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

const table: [string, number[], number, number, number, Layout][] = [
  ["nothing", [], 1000, 250, 8, { rows: [], height: 0 }],
  ["no room yet", [1.5], 0, 250, 8, { rows: [], height: 0 }],
  ["a single photo keeps the wanted height", [1.5], 1000, 250, 8,
    { rows: [{ top: 0, height: 250, items: [{ index: 0, left: 0, width: 375 }] }], height: 250 }],
  ["a single panorama fits the width", [5], 1000, 250, 8,
    { rows: [{ top: 0, height: 200, items: [{ index: 0, left: 0, width: 1000 }] }], height: 200 }],
  ["an endless panorama is cropped to a tappable strip", [40], 320, 150, 4,
    { rows: [{ top: 0, height: 53, items: [{ index: 0, left: 0, width: 320 }] }], height: 53 }],
  ["two squares fill a row exactly and a third starts the last", [1, 1, 1], 508, 250, 8, {
    rows: [
      { top: 0, height: 250, items: [{ index: 0, left: 0, width: 250 }, { index: 1, left: 258, width: 250 }] },
      { top: 258, height: 250, items: [{ index: 2, left: 0, width: 250 }] },
    ],
    height: 508,
  }],
  ["unusable aspects count as square", [NaN, 0, -2], 308, 100, 4, {
    rows: [{ top: 0, height: 100, items: [
      { index: 0, left: 0, width: 100 }, { index: 1, left: 104, width: 100 }, { index: 2, left: 208, width: 100 }] }],
    height: 100,
  }],
];
for (const [name, aspects, width, target, gap, expected] of table) {
  test(`layout: ${name}`, () => assert.deepEqual(layout(aspects, width, target, gap), expected));
}

test("layout: the last row is not stretched", () => {
  const grid = layout([1.5, 1.5, 1.5, 1.5, 1.5], 1000, 250, 8);

  assert.ok(rightEdge(grid, grid.rows.length - 1) < 1000);
  assert.equal(grid.rows.at(-1)?.height, 250);
});

test("layout: a lone portrait among panoramas does not become a tower", () => {
  for (const row of layout([0.4, 6, 6, 0.4, 6], 320, 150, 4).rows) assert.ok(row.height <= 300, String(row.height));
});

test("layout: every grid keeps the order, fills rows to the pixel, and overlaps nothing", () => {
  const random = numbers(7);
  for (let round = 0; round < 300; round++) {
    const count = 1 + Math.floor(random() * 60);
    const aspects = Array.from({ length: count }, () => 0.2 + random() ** 2 * 8);
    const width = 320 + Math.floor(random() * 2200);
    const gap = Math.floor(random() * 16);
    const target = 90 + Math.floor(random() * 300);
    const grid = layout(aspects, width, target, gap);
    assert.deepEqual(indexes(grid), aspects.map((_, i) => i));
    let top = 0;
    grid.rows.forEach((row, r) => {
      assert.equal(row.top, top);
      top += row.height + gap;
      let left = 0;
      for (const item of row.items) {
        assert.equal(item.left, left);
        assert.ok(item.width >= 1 && Number.isInteger(item.width));
        left += item.width + gap;
      }
      assert.ok(rightEdge(grid, r) <= width);
      const short = r === grid.rows.length - 1 || row.height >= 2 * target - 1;
      if (!short) assert.equal(rightEdge(grid, r), width);
    });
    assert.equal(grid.height, top - gap);
  }
});

test("layout: shapes are kept to within the rounding", () => {
  const aspects = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 2 / 3 : 1.5));
  for (const row of layout(aspects, 1280, 240, 6).rows) {
    for (const item of row.items) {
      const aspect = aspects[item.index] ?? 0;
      assert.ok(Math.abs(item.width - aspect * row.height) <= 1 + aspect, `${item.width} x ${row.height} for ${aspect}`);
    }
  }
});

test("layout: rows stay near the wanted height for ordinary photos", () => {
  const random = numbers(3);
  const aspects = Array.from({ length: 500 }, () => (random() < 0.3 ? 2 / 3 : 1.5));
  const grid = layout(aspects, 1400, 260, 8);

  for (const row of grid.rows.slice(0, -1)) assert.ok(row.height > 180 && row.height < 350, String(row.height));
});

test("layout: ten thousand photos are placed once each", () => {
  const aspects = Array.from({ length: 10_000 }, (_, i) => 0.6 + (i % 7) / 5);

  assert.deepEqual(indexes(layout(aspects, 1200, 240, 8)), aspects.map((_, i) => i));
});
