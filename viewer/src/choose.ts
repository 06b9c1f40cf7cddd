/** Choosing many photos in the grid, by tap and by keyboard, and what can be done with them: a list, a link, file names. */

import { announce, el, icon, iconButton } from "./dom.ts";
import type { Action, Part, Place } from "./extras.ts";

export class Choice implements Part {
  readonly #place: Place;
  readonly #actions: readonly Action[];
  readonly #chosen = new Set<number>();
  readonly #start: HTMLButtonElement;
  readonly #count = el("p", { class: "chosen-count", role: "status" });
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #toolbar: HTMLElement;
  readonly #chapterButtons: readonly HTMLButtonElement[];
  #on = false;
  #last = -1; // where a range begins

  constructor(place: Place, actions: readonly Action[]) {
    this.#place = place;
    this.#actions = actions;
    const { t } = place.session.strings;
    this.#start = iconButton("choose", t("choose.start"), () => this.#set(!this.#on), { "aria-pressed": "false" });
    this.#start.hidden = !place.session.manifest.photos.length;
    this.#buttons = actions.map((action) => iconButton(action.icon, action.label(), () => action.run(this.indices())));
    this.#toolbar = this.#makeToolbar();
    this.#chapterButtons = this.#makeChapterButtons();
    place.bar.prepend(this.#start);
    place.page.append(this.#toolbar);
    place.page.addEventListener("keydown", this.#onKey);
  }

  indices(): number[] {
    return [...this.#chosen].sort((a, b) => a - b);
  }

  tap(index: number, { shiftKey, ctrlKey, metaKey }: MouseEvent): boolean {
    if (!this.#on && !shiftKey && !ctrlKey && !metaKey) return false;
    if (!this.#on) this.#set(true);
    if (shiftKey && this.#last >= 0) this.#range(index);
    else this.#put([index], !this.#chosen.has(index));
    this.#last = index;
    return true;
  }

  key(index: number, event: KeyboardEvent): boolean {
    if (event.key.toLowerCase() !== "x") return false;
    this.tap(index, new MouseEvent("click", { ctrlKey: true, shiftKey: event.shiftKey }));
    return true;
  }

  decorate(index: number, tile: HTMLElement): void {
    const chosen = this.#chosen.has(index);
    const button = tile.querySelector(".photo");
    tile.classList.toggle("chosen", chosen);
    if (this.#on) button?.setAttribute("aria-pressed", String(chosen));
    else button?.removeAttribute("aria-pressed");
    if (this.#on && !tile.querySelector(".tick")) tile.append(el("span", { class: "tick", "aria-hidden": "true" }, icon("check")));
    if (!this.#on) tile.querySelector(".tick")?.remove();
  }

  destroy(): void {
    this.#chosen.clear();
    for (const button of this.#chapterButtons) button.remove();
    document.documentElement.classList.remove("choosing");
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.#on || event.defaultPrevented) return;
    const inside = this.#toolbar.contains(document.activeElement);
    this.#set(false);
    if (inside) this.#start.focus();
  };

  #makeToolbar(): HTMLElement {
    const { t } = this.#place.session.strings;
    const plain = (label: string, onclick: () => void): HTMLButtonElement => el("button", { type: "button", class: "plain-button", onclick }, label);
    const done = plain(t("action.done"), () => {
      this.#set(false);
      this.#start.focus();
    });
    return el("div", { class: "choice-bar", hidden: true, role: "group", "aria-label": t("choose.toolbar") }, this.#count,
      el("div", { class: "choice-tools" }, ...this.#buttons),
      el("div", { class: "choice-tools" },
        plain(t("choose.all"), () => this.#put(this.#place.grid.order, true)),
        plain(t("choose.clear"), () => this.#put(this.indices(), false)), done));
  }

  #makeChapterButtons(): HTMLButtonElement[] {
    const { grid, session: { strings: { t } } } = this.#place;
    return grid.chapters.filter(({ title }) => title).map((chapter) => {
      const toggle = (): void => this.#put(chapter.photos, !chapter.photos.every((index) => this.#chosen.has(index)));
      const button = el("button", { type: "button", class: "quiet choose-chapter", hidden: true, onclick: toggle }, t("choose.section"));
      button.setAttribute("aria-label", `${t("choose.section")}: ${chapter.title}`);
      chapter.element.querySelector("h2")?.after(button);
      return button;
    });
  }

  #set(on: boolean): void {
    this.#on = on;
    this.#last = -1;
    this.#chosen.clear();
    this.#start.setAttribute("aria-pressed", String(on));
    this.#toolbar.hidden = !on;
    for (const button of this.#chapterButtons) button.hidden = !on;
    document.documentElement.classList.toggle("choosing", on);
    this.#show();
  }

  #put(indices: readonly number[], on: boolean): void {
    for (const index of indices) on ? this.#chosen.add(index) : this.#chosen.delete(index);
    this.#show();
  }

  /** From the last tap to this one, in the order shown, as the first of them is. */
  #range(index: number): void {
    const { order } = this.#place.grid;
    const [from = 0, to = 0] = [order.indexOf(this.#last), order.indexOf(index)].sort((a, b) => a - b);
    this.#put(order.slice(Math.max(0, from), to + 1), this.#chosen.has(this.#last));
  }

  #show(): void {
    const { strings: { t } } = this.#place.session;
    const count = this.#chosen.size;
    this.#count.textContent = count ? t("choose.count", { count }) : t("choose.hint");
    for (const [i, button] of this.#buttons.entries()) {
      button.disabled = count === 0;
      button.title = this.#actions[i]!.label();
      button.setAttribute("aria-label", button.title);
    }
    if (!this.#on) announce("");
    this.#place.grid.refresh();
  }
}
