/** The strip above the photos while only a list is shown: which, how many of how many, by stars and colour, and the way back. */

import { announce, el, iconButton } from "./dom.ts";
import type { Action } from "./extras.ts";
import type { Favourites } from "./favourites.ts";
import { COLOURS, type Filter, fits } from "./lists.ts";

export interface FilterStrip {
  readonly element: HTMLElement;
  set(on: boolean): void;
}

/** `actions` are offered for the photos that are shown. */
export function makeFilter(favourites: Favourites, actions: readonly Action[]): FilterStrip {
  const { grid, session: { strings: { t } } } = favourites.place;
  const count = el("p", { class: "filter-count" });
  const stars = el("select", { "aria-label": t("lists.rating"), onchange: () => apply(true) },
    el("option", { value: 0 }, t("lists.rating")),
    ...[1, 2, 3, 4, 5].map((n) => el("option", { value: n }, t("lists.filterStars", { count: n }))));
  const colour = el("select", { "aria-label": t("lists.colour"), onchange: () => apply(true) },
    el("option", { value: "" }, t("lists.colour")),
    ...COLOURS.map((name) => el("option", { value: name }, t(`lists.${name}`))));
  const all = el("button", { type: "button", class: "plain-button", onclick: () => set(false) }, t("gallery.seeAll"));
  const buttons = actions.map((action) => iconButton(action.icon, action.label(), () => action.run(grid.order)));
  const empty = el("p", { class: "empty", hidden: true });
  const element = el("section", { class: "filter", hidden: true, "aria-label": t("lists.filter") }, el("div", { class: "filter-row" }, count, stars, colour, ...buttons, all), empty);
  let on = false;
  let stop = (): void => {};

  const filter = (): Filter => ({ stars: Number(stars.value), colour: COLOURS.find((name) => name === colour.value) ?? "" });

  function apply(aloud: boolean): void {
    const fitting = favourites.indices().filter((index) => fits(favourites.entry(index)!, filter()));
    count.textContent = `${favourites.nameOf(favourites.list)}: ${favourites.counter()}`;
    empty.textContent = t(favourites.list.entries.length ? "lists.nothing" : "lists.empty");
    empty.hidden = fitting.length > 0;
    for (const button of buttons) button.disabled = fitting.length === 0;
    if (!same(fitting, grid.order)) keepFocus(() => grid.show(new Set(fitting)));
    if (aloud) announce(fitting.length ? t("gallery.photos", { count: fitting.length }) : t("lists.nothing"));
  }

  /** The tile with the focus may go; then its neighbour gets it. */
  function keepFocus(show: () => void): void {
    const tile = document.activeElement?.closest<HTMLElement>(".tile");
    const at = tile && grid.element.contains(tile) ? grid.order.indexOf(Number(tile.dataset["index"])) : -1;
    show();
    const next = grid.order[Math.min(at, grid.order.length - 1)];
    if (at >= 0 && next !== undefined) grid.focus(next, false);
    else if (at >= 0) all.focus();
  }

  function set(shown: boolean): void {
    if (on === shown) return;
    on = shown;
    element.hidden = !on;
    stop();
    if (!on) {
      stars.value = "0";
      colour.value = "";
      grid.show(null);
      announce(t("gallery.photos", { count: grid.order.length }));
      const first = grid.order[0];
      if (element.contains(document.activeElement) && first !== undefined) grid.focus(first, false);
      return;
    }
    stop = favourites.watch(() => apply(false));
    apply(true);
    element.scrollIntoView({ block: "start", behavior: "instant" });
  }

  return { element, set };
}

const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((value, i) => value === b[i]);
