/** Hearts on the photos, in the grid and in the lightbox; what they add to is a list that stays on this device. */

import { announce, el, icon, iconButton, relabel, toast } from "./dom.ts";
import type { Action, Part, Place } from "./extras.ts";
import { type FilterStrip, makeFilter } from "./filter.ts";
import { photoLabel } from "./grid.ts";
import type { LightboxTool } from "./lightbox/lightbox.ts";
import { COLOURS, currentList, type Entry, type List, type Lists, NO_LISTS, withMark, withPhotos } from "./lists.ts";
import { openPanel } from "./lists-panel.ts";
import { type Kept, ListsStore } from "./lists-store.ts";
import { openMarks } from "./marks.ts";

const AFTER_THUMBS = 300; // ms

export class Favourites implements Part {
  readonly place: Place;
  readonly #button: HTMLButtonElement;
  readonly #badge = el("span", { class: "badge", "aria-hidden": "true" });
  readonly #filter: FilterStrip;
  readonly #watchers = new Set<() => void>();
  #store: ListsStore | null = null;
  #names: readonly string[] = [];
  #entries: ReadonlyMap<string, Entry> = new Map();
  #warned = false;
  #closed = false;

  /** `actions` can be done with the photos of a list. */
  constructor(place: Place, actions: readonly Action[]) {
    this.place = place;
    this.#filter = makeFilter(this, actions);
    this.#button = iconButton("heart", this.#t("lists.title"), () => openPanel(this));
    this.#button.append(this.#badge);
    this.#button.hidden = true;
    place.bar.prepend(this.#button);
    place.grid.element.before(this.#filter.element);
    place.grid.element.addEventListener("focusin", ({ target }) => this.#tabStop(target as Element));
    void this.#open();
  }

  get lists(): Lists {
    return this.#store?.lists ?? NO_LISTS;
  }

  get list(): List {
    return currentList(this.lists);
  }

  get kept(): Kept {
    return this.#store?.kept ?? "yes";
  }

  nameOf({ name }: List): string {
    return name || this.#t("lists.favourites");
  }

  addLabel(): string {
    return this.#t("lists.add", { list: this.nameOf(this.list) });
  }

  entry(index: number): Entry | undefined {
    return this.#entries.get(this.#names[index] ?? "");
  }

  /** Photos of the current list that are in this gallery, in its order. */
  indices(): number[] {
    return this.place.session.manifest.photos.map(({ index }) => index).filter((index) => this.entry(index));
  }

  /** Changes the lists; everything that shows them follows. */
  change(by: (lists: Lists) => Lists): void {
    void this.#store?.change(by);
    if (this.kept === "denied" && !this.#warned) toast(this.#t("lists.notKept"));
    this.#warned ||= this.kept === "denied";
  }

  /** Takes photos into the current list or out of it. */
  put(indices: readonly number[], on: boolean): void {
    const { id } = this.list;
    const photos = indices.map((index) => this.#names[index] ?? "").filter(Boolean);
    const before = this.list.entries.length;
    this.change((lists) => withPhotos(lists, id, photos, on));
    const { strings } = this.place.session;
    const count = Math.abs(this.list.entries.length - before);
    const said = strings.t(on ? "lists.added" : "lists.removed", { count, list: this.nameOf(this.list) });
    announce(said);
    if (indices.length > 1) toast(said);
    this.#warnOfLimit(on);
  }

  mark(index: number, mark: Partial<Omit<Entry, "photo">>): void {
    const photo = this.#names[index];
    const { id } = this.list;
    if (photo) this.change((lists) => withMark(lists, id, photo, mark));
  }

  /** Says how full the list is: "12 of 20", or "12". */
  counter({ entries, limit }: List = this.list): string {
    const { strings } = this.place.session;
    return limit ? this.#t("lists.counter", { count: entries.length, limit }) : strings.number(entries.length);
  }

  /** Calls `watcher` after each change until what is returned is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  showOnly(on: boolean): void {
    this.#filter.set(on);
  }

  decorate(index: number, tile: HTMLElement): void {
    if (!this.#store) return;
    let heart = tile.querySelector<HTMLButtonElement>(".heart");
    if (!heart) {
      heart = el("button", { type: "button", class: "heart", tabindex: "-1", onclick: () => this.put([index], !this.entry(index)) }, icon("heart"));
      tile.append(heart, el("span", { class: "marks", "aria-hidden": "true" }));
      tile.querySelector(".photo")?.setAttribute("aria-keyshortcuts", "H N X");
    }
    const entry = this.entry(index);
    heart.classList.toggle("on", Boolean(entry));
    heart.title = this.#heartLabel(Boolean(entry));
    heart.setAttribute("aria-label", `${heart.title}. ${photoLabel(this.place.session.manifest, index, this.place.session.strings)}`);
    const marks = tile.querySelector<HTMLElement>(".marks")!;
    marks.textContent = "★".repeat(entry?.stars ?? 0) + (entry?.note ? " ✎" : "");
    marks.className = `marks ${entry?.colour ?? ""}`;
  }

  key(index: number, { key }: KeyboardEvent): boolean {
    const action = this.#keys(() => index)[key];
    action?.();
    return Boolean(action);
  }

  lightboxTools(): readonly LightboxTool[] {
    if (!this.#store) return [];
    let shown = 0;
    const heart = iconButton("heart", this.#heartLabel(false), () => this.put([shown], !this.entry(shown)));
    heart.classList.add("heart-tool");
    const star = iconButton("star", this.#t("lists.rating"), () => openMarks(this, shown));
    const show = (): void => {
      relabel(heart, "heart", this.#heartLabel(Boolean(this.entry(shown))));
      heart.classList.toggle("on", Boolean(this.entry(shown)));
      star.classList.toggle("on", Boolean(this.entry(shown)?.stars || this.entry(shown)?.note || this.entry(shown)?.colour));
    };
    const destroy = this.watch(show);
    return [
      { element: heart, update: (index) => { shown = index; show(); }, keys: this.#keys(() => shown), destroy },
      { element: star, update: () => undefined },
    ];
  }

  destroy(): void {
    this.#closed = true;
    this.#store?.close();
    this.#watchers.clear();
    this.#entries = new Map();
    this.#filter.element.remove();
  }

  /** As in Lightroom: 1 to 5 are stars, 6 to 9 colours. The same key again takes it away. */
  #keys(index: () => number): Readonly<Record<string, () => void>> {
    const keys: Record<string, () => void> = {
      h: () => this.put([index()], !this.entry(index())),
      n: () => openMarks(this, index()),
    };
    for (let stars = 1; stars <= 5; stars++) {
      keys[stars] = () => this.#say(index(), { stars: this.entry(index())?.stars === stars ? 0 : stars });
    }
    for (const [i, colour] of COLOURS.slice(0, 4).entries()) {
      keys[6 + i] = () => this.#say(index(), { colour: this.entry(index())?.colour === colour ? "" : colour });
    }
    return keys;
  }

  #say(index: number, mark: Partial<Pick<Entry, "stars" | "colour">>): void {
    this.mark(index, mark);
    if (mark.stars !== undefined) announce(mark.stars ? this.#t("lists.stars", { count: mark.stars }) : this.#t("lists.noStars"));
    if (mark.colour !== undefined) announce(this.#t(mark.colour ? `lists.${mark.colour}` : "lists.noColour"));
  }

  /** The Tab key leads from a photo to its heart, and to no other. */
  #tabStop(target: Element): void {
    for (const heart of this.place.grid.element.querySelectorAll<HTMLElement>(".heart[tabindex='0']")) heart.tabIndex = -1;
    const heart = target.closest(".tile")?.querySelector<HTMLElement>(".heart");
    if (heart) heart.tabIndex = 0;
  }

  #heartLabel(on: boolean): string {
    if (!this.list.name) return this.#t(on ? "lists.unheart" : "lists.heart");
    return this.#t(on ? "lists.remove" : "lists.add", { list: this.list.name });
  }

  #warnOfLimit(added: boolean): void {
    const { entries, limit } = this.list;
    if (added && limit && entries.length > limit) toast(this.#t("lists.over", { count: entries.length - limit, limit }));
  }

  async #open(): Promise<void> {
    const { vault, today } = this.place.session;
    // The names of all photos take as long as a screen of thumbs, and those go first.
    await new Promise((resolve) => setTimeout(resolve, AFTER_THUMBS));
    if (this.#closed) return;
    try {
      const [key, names] = await Promise.all([vault.localKey("lists"), vault.photoNames()]);
      const store = await ListsStore.open({ key, today, changed: (elsewhere) => this.#changed(elsewhere) });
      if (this.#closed) return store.close();
      this.#names = names;
      this.#store = store;
    } catch (error) {
      // Locked meanwhile. Anything else would be a fault of ours: then there are no hearts, and the photos stay.
      if (!this.#closed) console.warn("lists:", error);
      return;
    }
    this.#button.hidden = false;
    this.#changed(false);
  }

  #changed(elsewhere: boolean): void {
    this.#entries = new Map(this.list.entries.map((entry) => [entry.photo, entry]));
    this.#badge.textContent = this.list.entries.length ? (this.list.limit ? `${this.list.entries.length}/${this.list.limit}` : String(this.list.entries.length)) : "";
    this.#button.setAttribute("aria-label", `${this.nameOf(this.list)}: ${this.counter()}`);
    this.place.grid.refresh();
    for (const watcher of this.#watchers) watcher();
    if (elsewhere) announce(this.#t("lists.otherTab"));
  }

  get #t(): Place["session"]["strings"]["t"] {
    return this.place.session.strings.t;
  }
}
