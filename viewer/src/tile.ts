/** One photo in the grid: a placeholder in its colours at once, the thumb when it is there, a sentence if it cannot be shown. */

import { el, icon } from "./dom.ts";
import { isAbort } from "./failures.ts";
import type { Photo } from "./manifest.ts";
import type { Strings } from "./strings/index.ts";
import { photoSentence } from "./words.ts";

export interface TileSource {
  peek(index: number): string | undefined;
  get(index: number): Promise<string>;
}

export class Tile {
  readonly element: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly index: number;
  readonly #image: HTMLImageElement;
  readonly #source: TileSource;
  readonly #strings: Strings;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `wait`: milliseconds that the tile has to stay before it fetches anything. */
  constructor(photo: Photo, label: string, source: TileSource, strings: Strings, wait: number) {
    this.index = photo.index;
    this.#source = source;
    this.#strings = strings;
    this.#image = el("img", { alt: label, decoding: "async", draggable: "false" });
    this.button = el("button", { type: "button", class: "photo", tabindex: "-1" }, this.#image);
    this.element = el("li", { class: "tile", "data-index": photo.index }, this.button);
    if (photo.kind === "clip") this.button.append(el("span", { class: "clip" }, icon("play")));
    this.element.style.backgroundImage = meshOf(photo.colours);
    if (photo.kind === "photo" || photo.kind === "clip") this.#begin(wait);
    else this.#say(strings.t("error.newerViewer"));
  }

  place(top: number, left: number, width: number, height: number): void {
    const { style } = this.element;
    style.top = `${top}px`;
    style.insetInlineStart = `${left}px`;
    style.width = `${width}px`;
    style.height = `${height}px`;
  }

  remove(): void {
    clearTimeout(this.#timer);
    this.element.remove();
  }

  #begin(wait: number): void {
    const url = this.#source.peek(this.index);
    if (url !== undefined) this.#show(url);
    else if (wait === 0) void this.#load();
    else this.#timer = setTimeout(() => void this.#load(), wait);
  }

  async #load(): Promise<void> {
    try {
      this.#show(await this.#source.get(this.index));
    } catch (error) {
      if (isAbort(error)) return;
      this.#say(photoSentence(this.#strings, error));
    }
  }

  #show(url: string): void {
    this.element.querySelector(".fault")?.remove();
    this.#image.onload = () => this.element.classList.add("loaded");
    this.#image.onerror = () => {
      this.element.classList.remove("loaded");
      this.#say(this.#strings.t("error.photoUnreadable"));
    };
    this.#image.src = url;
    if (this.#image.complete && this.#image.naturalWidth) this.element.classList.add("loaded");
  }

  #say(sentence: string): void {
    const retry = el("button", { type: "button", class: "retry", onclick: () => void this.#load() }, this.#strings.t("action.retry"));
    this.element.querySelector(".fault")?.remove();
    this.element.append(el("div", { class: "fault" }, el("p", {}, sentence), retry));
  }
}

/** Four colours melted into one another, one from each quarter of the photo. */
export function meshOf(colours: string): string {
  const at = ["0% 0%", "100% 0%", "0% 100%", "100% 100%"];
  const spots = at.map((place, i) => {
    const colour = `#${colours.slice(6 * i, 6 * i + 6)}`;
    return `radial-gradient(at ${place}, ${colour}, ${colour}00 75%)`;
  });
  return `${spots.join(",")},linear-gradient(#${colours.slice(0, 6)},#${colours.slice(12, 18)})`;
}
