// The justified grid: photos of any shape in rows of equal width, from the numbers in the manifest, before a pixel arrives.
//
// Pure geometry in whole CSS pixels. Breaks are chosen for all rows together (least total deviation from the wanted height), since
// filling greedily leaves one squeezed or swollen row wherever a panorama follows portraits.

export interface Tile { readonly index: number; readonly left: number; readonly width: number }
export interface Row { readonly top: number; readonly height: number; readonly items: readonly Tile[] }
export interface Layout { readonly rows: readonly Row[]; readonly height: number }

// Beyond these shapes a tile is cropped: a 20:1 panorama would be 16 px high on a phone, too small for a finger.
const NARROWEST = 1 / 3;
const WIDEST = 6;
const TALLEST_ROW = 2;
const LOWEST_ROW = 1 / 3;

/**
 * Rows for photos with these `aspects` (width / height) in a grid `width` pixels wide, about `target` pixels high, `gap` pixels apart.
 * Every row fills the width exactly, except the last one, which is not stretched beyond `target`, and one that would become higher
 * than twice the target. An unusable aspect counts as square; no width gives no rows.
 */
export function layout(aspects: readonly number[], width: number, target: number, gap: number): Layout {
  const whole = Math.floor(width);
  if (!(whole >= 1) || aspects.length === 0) return { rows: [], height: 0 };
  const shapes = aspects.map(shape);
  const rows: Row[] = [];
  let top = 0;
  for (const [from, to] of breaks(shapes, whole, target, gap)) {
    const row = place(shapes, from, to, top, rowHeight(shapes, from, to, whole, target, gap), whole, gap);
    rows.push(row);
    top += row.height + gap;
  }
  return { rows, height: top - gap };
}

function shape(aspect: number): number {
  return aspect > 0 && Number.isFinite(aspect) ? Math.min(WIDEST, Math.max(NARROWEST, aspect)) : 1;
}

/** Where rows begin and end: the shortest path over all break points, as in setting a paragraph. */
function breaks(shapes: readonly number[], width: number, target: number, gap: number): [number, number][] {
  const best = new Float64Array(shapes.length + 1).fill(Infinity);
  const before = new Int32Array(shapes.length + 1);
  best[0] = 0;
  for (let from = 0; from < shapes.length; from++) {
    let sum = 0;
    for (let to = from + 1; to <= shapes.length; to++) {
      sum += shapes[to - 1] ?? 1;
      const ratio = (width - gap * (to - from - 1)) / sum / target;
      if (ratio < LOWEST_ROW && to > from + 1) break;
      const total = (best[from] ?? Infinity) + badness(ratio, to === shapes.length);
      if (total < (best[to] ?? Infinity)) { best[to] = total; before[to] = from; }
    }
  }
  const rows: [number, number][] = [];
  for (let to = shapes.length; to > 0; to = before[to] ?? 0) rows.push([before[to] ?? 0, to]);
  return rows.reverse();
}

function badness(ratio: number, last: boolean): number {
  return last && ratio >= 1 ? 0 : Math.log2(Math.max(ratio, 1e-6)) ** 2;
}

function rowHeight(
  shapes: readonly number[], from: number, to: number, width: number, target: number, gap: number,
): number {
  const sum = shapes.slice(from, to).reduce((a, b) => a + b, 0);
  const limit = to === shapes.length ? target : target * TALLEST_ROW;
  return Math.min(limit, (width - gap * (to - from - 1)) / sum);
}

/** Edges are rounded, not widths, so that rounding never adds up and the last edge is the grid's. */
function place(
  shapes: readonly number[], from: number, to: number, top: number, height: number, width: number, gap: number,
): Row {
  const items: Tile[] = [];
  let exact = 0;
  let edge = 0;
  for (let index = from; index < to; index++) {
    exact += (shapes[index] ?? 1) * height;
    const next = Math.max(edge + 1, Math.min(Math.round(exact), width - gap * (to - from - 1)));
    items.push({ index, left: edge + gap * (index - from), width: next - edge });
    edge = next;
  }
  return { top, height: Math.max(1, Math.round(height)), items };
}
