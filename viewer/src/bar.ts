/** The bar that stays on top: chapters to jump to, and what one can do with the gallery. */

import { el, iconButton, reducedMotion } from "./dom.ts";
import type { Grid } from "./grid.ts";
import type { Session } from "./session.ts";

export interface Bar {
  readonly element: HTMLElement;
  /** Where the modules that add to the gallery put their buttons. */
  readonly tools: HTMLElement;
  destroy(): void;
}

export function makeBar(session: Session, grid: Grid): Bar {
  const { manifest, strings: { t }, shared } = session;
  const titled = grid.chapters.filter(({ title }) => title);
  const chips = titled.map((chapter) => makeChip(chapter.title, chapter.element, grid));
  const navigation = titled.length > 1
    ? el("nav", { class: "chips", "aria-label": t("gallery.sections") }, el("ul", { role: "list" }, ...chips.map((chip) => el("li", {}, chip))))
    : el("p", { class: "name", dir: "auto" }, shared ? "" : manifest.title);
  const lock = iconButton("lock", t("gallery.lock"), () => session.lock());
  const tools = el("div", { class: "tools" }, lock);
  const element = el("div", { class: "bar" }, navigation, tools);
  const stop = titled.length > 1 ? followScroll(titled, chips) : () => {};
  return { element, tools, destroy: stop };
}

function makeChip(title: string, chapter: HTMLElement, grid: Grid): HTMLButtonElement {
  const jump = (): void => {
    const far = Math.abs(chapter.getBoundingClientRect().top) > 3 * innerHeight;
    grid.toChapter(chapter, far || reducedMotion() ? "instant" : "smooth");
  };
  return el("button", { type: "button", class: "chip", onclick: jump, dir: "auto" }, title);
}

/** Marks the chapter that is being looked at. */
function followScroll(chapters: readonly { readonly element: HTMLElement }[], chips: readonly HTMLButtonElement[]): () => void {
  let current = -1;
  const update = (): void => {
    const at = Math.max(0, chapters.findLastIndex(({ element }) => !element.hidden && element.getBoundingClientRect().top < innerHeight / 3));
    if (at === current) return;
    chips[current]?.removeAttribute("aria-current");
    current = at;
    const chip = chips[at];
    chip?.setAttribute("aria-current", "true");
    const strip = chip?.closest<HTMLElement>(".chips");
    if (chip && strip) strip.scrollTo({ left: chip.offsetLeft - (strip.clientWidth - chip.offsetWidth) / 2, behavior: reducedMotion() ? "instant" : "smooth" });
  };
  addEventListener("scroll", update, { passive: true });
  // Heights are known only once the grid has got its width.
  const observer = new ResizeObserver(update);
  for (const { element } of chapters) observer.observe(element);
  return () => {
    observer.disconnect();
    removeEventListener("scroll", update);
  };
}
