/**
 * The justified grid of all chapters. Every place is known from the manifest, so the page has its full height at once, and only the
 * tiles near the window exist. One tile takes the Tab key; arrows move among them.
 */

import { el } from "./dom.ts";
import { layout, type Layout } from "./layout.ts";
import type { Manifest } from "./manifest.ts";
import type { Strings } from "./strings/index.ts";
import { Tile, type TileSource } from "./tile.ts";

/** Tiles exist for one window height above and below what is seen. */
const AROUND = 1;
const GAP = 6;
/** What bars cover at the top of the window, and at its foot on a phone, and a little more. */
const BAR = 60;
/** Fast scrolling passes by many tiles; only those that stay for a moment fetch anything. */
const SETTLE = 80; // ms

export interface GridActions {
  readonly open: (index: number, event: MouseEvent) => void;
  /** Adds to a tile when it appears, and whenever `refresh` is called: hearts, marks. */
  readonly decorate?: (index: number, tile: HTMLElement) => void;
  /** A key on a photo that the grid itself has no use for. */
  readonly key?: (index: number, event: KeyboardEvent) => void;
}

interface Chapter {
  readonly element: HTMLElement;
  readonly list: HTMLUListElement;
  photos: readonly number[];
  layout: Layout;
  /** Where its list began in the window when it was last looked at. */
  top: number;
  readonly title: string;
}

export class Grid {
  readonly element = el("div", { class: "chapters" });
  readonly #manifest: Manifest;
  readonly #strings: Strings;
  readonly #source: TileSource;
  readonly #actions: GridActions;
  readonly #chapters: Chapter[];
  readonly #tiles = new Map<number, Tile>();
  readonly #observer: ResizeObserver;
  #width = 0;
  #current = -1;
  #frame = 0;
  #scrolling = false;

  constructor(manifest: Manifest, source: TileSource, strings: Strings, actions: GridActions) {
    this.#manifest = manifest;
    this.#strings = strings;
    this.#source = source;
    this.#actions = actions;
    this.#chapters = manifest.sections.map((section, i) => makeChapter(section.title, section.photos, i));
    this.element.append(...this.#chapters.map(({ element }) => element));
    this.element.addEventListener("click", (event) => this.#onClick(event));
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("focusin", (event) => this.#onFocus(event));
    addEventListener("scroll", this.#schedule, { passive: true });
    this.#observer = new ResizeObserver(() => this.#onResize());
    this.#observer.observe(this.element);
    this.show(null);
  }

  /** Lays everything out as soon as it is on the page, so that nothing below it is seen where it will not stay. */
  mount(): void {
    this.#onResize();
  }

  /** Shows only these photos; null shows all. */
  show(only: ReadonlySet<number> | null): void {
    for (const [i, chapter] of this.#chapters.entries()) {
      const all = this.#manifest.sections[i]?.photos ?? [];
      chapter.photos = only ? all.filter((index) => only.has(index)) : all;
      chapter.element.hidden = chapter.photos.length === 0;
    }
    if (!this.order.includes(this.#current)) this.#current = this.order[0] ?? -1;
    this.#relayout();
  }

  /** Photos in the order they are shown. */
  get order(): readonly number[] {
    return this.#chapters.flatMap(({ photos }) => photos);
  }

  get chapters(): readonly { readonly title: string; readonly element: HTMLElement; readonly photos: readonly number[] }[] {
    return this.#chapters;
  }

  tile(index: number): HTMLElement | null {
    return this.#tiles.get(index)?.element ?? null;
  }

  /** Scrolls to a photo and gives it the focus. */
  focus(index: number, scroll = true): void {
    const place = this.#place(index);
    if (!place) return;
    this.#current = index;
    if (scroll) this.#reveal(place.top, place.height);
    this.#render();
    this.#tiles.get(index)?.button.focus({ preventScroll: true });
  }

  /** Scrolls to a chapter; the Tab key goes on with its first photo. */
  toChapter(chapter: HTMLElement, behavior: ScrollBehavior): void {
    const found = this.#chapters.find(({ element }) => element === chapter);
    this.#current = found?.photos[0] ?? this.#current;
    chapter.scrollIntoView({ behavior });
    chapter.querySelector("h2")?.focus({ preventScroll: true });
  }

  refresh(): void {
    for (const [index, tile] of this.#tiles) this.#actions.decorate?.(index, tile.element);
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    removeEventListener("scroll", this.#schedule);
    for (const tile of this.#tiles.values()) tile.remove();
    this.#tiles.clear();
    this.element.remove();
  }

  readonly #schedule = (): void => {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#scrolling = true;
      this.#render();
      this.#scrolling = false;
    });
  };

  #onResize(): void {
    const width = this.element.clientWidth;
    if (width === this.#width) return;
    const anchor = this.#width ? this.#firstVisible() : null;
    this.#width = width;
    this.#relayout();
    const place = anchor === null ? null : this.#place(anchor);
    if (place && this.element.getBoundingClientRect().top < 0) scrollTo({ top: place.top - 80, behavior: "instant" });
  }

  #relayout(): void {
    if (!this.#width) return;
    const target = Math.min(300, Math.max(120, 90 + this.#width * 0.13));
    for (const chapter of this.#chapters) {
      const aspects = chapter.photos.map((index) => this.#aspect(index));
      chapter.layout = layout(aspects, this.#width, target, GAP);
      chapter.list.style.height = `${chapter.layout.height}px`;
    }
    this.#render(true);
  }

  #aspect(index: number): number {
    const photo = this.#manifest.photos[index];
    return photo ? photo.width / photo.height : 1;
  }

  /** Makes the tiles near the window, and forgets the others but the one with the focus. `moved`: every place is new. */
  #render(moved = false): void {
    const height = innerHeight;
    const wanted = new Set<number>();
    // All reading before all writing: a place asked for in between would make the browser lay out the page each time.
    for (const chapter of this.#chapters) chapter.top = chapter.list.getBoundingClientRect().top;
    for (const chapter of this.#chapters) {
      if (chapter.element.hidden) continue;
      const { top } = chapter;
      this.#renderChapter(chapter, -top - AROUND * height, -top + (1 + AROUND) * height, wanted, moved);
    }
    for (const [index, tile] of this.#tiles) {
      if (wanted.has(index) || (!moved && tile.element.contains(document.activeElement))) continue;
      tile.remove();
      this.#tiles.delete(index);
    }
    this.#tabStop();
  }

  #renderChapter(chapter: Chapter, from: number, to: number, wanted: Set<number>, moved: boolean): void {
    let following: Node | null = chapter.list.firstChild;
    for (const row of chapter.layout.rows) {
      if (row.top + row.height < from || row.top > to) continue;
      for (const item of row.items) {
        const index = chapter.photos[item.index] ?? -1;
        wanted.add(index);
        const known = this.#tiles.get(index);
        const tile = known ?? this.#make(index);
        if (!known || moved) tile.place(row.top, item.left, item.width, row.height);
        if (known) continue;
        // In order, so that reading and the Tab key follow the eye.
        while (following && Number((following as HTMLElement).dataset["index"]) < index) following = following.nextSibling;
        chapter.list.insertBefore(tile.element, following);
      }
    }
  }

  #make(index: number): Tile {
    const photo = this.#manifest.photos[index]!;
    const tile = new Tile(photo, photoLabel(this.#manifest, index, this.#strings), this.#source, this.#strings, this.#scrolling ? SETTLE : 0);
    tile.element.setAttribute("aria-setsize", String(this.#manifest.photos.length));
    tile.element.setAttribute("aria-posinset", String(index + 1));
    this.#tiles.set(index, tile);
    this.#actions.decorate?.(index, tile.element);
    return tile;
  }

  #tabStop(): void {
    const stop = this.#tiles.has(this.#current) ? this.#current : this.#firstVisible();
    for (const [index, { button }] of this.#tiles) {
      const wanted = index === stop ? 0 : -1;
      if (button.tabIndex !== wanted) button.tabIndex = wanted;
    }
  }

  #firstVisible(): number | null {
    for (const chapter of this.#chapters) {
      if (chapter.element.hidden) continue;
      const row = chapter.layout.rows.find(({ top, height }) => chapter.top + top + height > BAR);
      if (row) return chapter.photos[row.items[0]?.index ?? -1] ?? null;
    }
    return null;
  }

  #onClick(event: MouseEvent): void {
    const button = (event.target as Element).closest(".photo");
    const index = this.#indexOf(button);
    if (index !== null) this.#actions.open(index, event);
  }

  #onFocus(event: Event): void {
    const index = this.#indexOf(event.target as Element);
    if (index === null) return;
    this.#current = index;
    this.#tabStop();
  }

  #indexOf(element: Element | null): number | null {
    const tile = element?.closest<HTMLElement>(".tile");
    return tile ? Number(tile.dataset["index"]) : null;
  }

  #onKey(event: KeyboardEvent): void {
    const index = this.#indexOf((event.target as Element).closest(".photo"));
    if (index === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = this.#neighbour(index, event.key);
    if (next !== null) {
      event.preventDefault();
      this.focus(next);
    } else this.#actions.key?.(index, event);
  }

  /** Where an arrow, Home or End leads from a photo; null for any other key. */
  #neighbour(index: number, key: string): number | null {
    const { order } = this;
    const at = order.indexOf(index);
    const forward = this.#strings.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = this.#strings.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    if (key === forward) return order[Math.min(at + 1, order.length - 1)] ?? null;
    if (key === back) return order[Math.max(at - 1, 0)] ?? null;
    if (key === "Home") return order[0] ?? null;
    if (key === "End") return order.at(-1) ?? null;
    if (key === "ArrowDown" || key === "ArrowUp") return this.#rowAway(index, key === "ArrowDown" ? 1 : -1);
    return null;
  }

  #rowAway(index: number, step: 1 | -1): number {
    const rows = this.#chapters.flatMap((chapter) =>
      chapter.layout.rows.map((row) => row.items.map((item) => ({ ...item, index: chapter.photos[item.index] ?? -1 }))));
    const at = rows.findIndex((row) => row.some((item) => item.index === index));
    const here = rows[at]?.find((item) => item.index === index);
    const next = rows[at + step];
    if (!here || !next) return index;
    const middle = here.left + here.width / 2;
    const distance = (item: { left: number; width: number }): number => Math.abs(item.left + item.width / 2 - middle);
    return next.reduce((best, item) => (distance(item) < distance(best) ? item : best)).index;
  }

  /** The place of a photo on the page, whether or not its tile exists. */
  #place(index: number): { top: number; height: number } | null {
    for (const chapter of this.#chapters) {
      const at = chapter.photos.indexOf(index);
      const row = chapter.layout.rows.find((candidate) => candidate.items.some((item) => item.index === at));
      if (at >= 0 && row) return { top: scrollY + chapter.list.getBoundingClientRect().top + row.top, height: row.height };
    }
    return null;
  }

  #reveal(top: number, height: number): void {
    const above = scrollY + BAR > top;
    const below = scrollY + innerHeight < top + height + BAR;
    if (above || below) scrollTo({ top: above ? top - BAR - 16 : top + height + BAR + 16 - innerHeight, behavior: "instant" });
  }
}

function makeChapter(title: string, photos: readonly number[], number: number): Chapter {
  const list = el("ul", { class: "grid", role: "list" });
  const id = `chapter-${number}`;
  const heading = title ? el("h2", { id, tabindex: "-1", dir: "auto" }, title) : null;
  const element = el("section", { class: "chapter", "aria-labelledby": heading ? id : null }, heading, list);
  return { element, list, photos, title, top: 0, layout: { rows: [], height: 0 } };
}

/** What a screen reader says for a photo: its caption, and where it stands. */
export function photoLabel(manifest: Manifest, index: number, { t }: Strings): string {
  const photo = manifest.photos[index];
  const place = { number: index + 1, count: manifest.photos.length };
  if (photo?.kind === "clip") return t("gallery.clip", place);
  return photo?.caption ? t("gallery.photoNamed", { ...place, caption: photo.caption }) : t("gallery.photo", place);
}
