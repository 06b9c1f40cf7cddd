/** Opened renditions for the lightbox: the size that fits at first, the original once somebody zooms in beyond it. */

import type { PhotoSwipeEventsMap } from "photoswipe";

import { el } from "../dom.ts";
import { isAbort } from "../failures.ts";
import { photoLabel } from "../grid.ts";
import type { Session } from "../session.ts";
import { makeClip } from "../video.ts";
import { photoSentence } from "../words.ts";
import { renditionFor, thisScreen } from "./size.ts";

type Content = PhotoSwipeEventsMap["contentDestroy"]["content"];
type Slide = PhotoSwipeEventsMap["zoomPanUpdate"]["slide"];

/** Bigger originals are not decoded for looking at them: a phone's browser would be killed for it. */
const MOST_PIXELS = 50e6;

interface Shown {
  readonly stop: AbortController;
  readonly urls: string[];
  edge: number; // pixels of the longer edge that is shown
  sharper: boolean; // the original was asked for
  pause?: () => void;
}

export class Pictures {
  readonly #session: Session;
  readonly #shown = new Map<Content, Shown>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Fills an <img> that PhotoSwipe has made. */
  async load(content: Content, index: number): Promise<void> {
    const { manifest, strings } = this.#session;
    const image = content.element as HTMLImageElement;
    image.alt = photoLabel(manifest, index, strings);
    content.state = "loading";
    const shown = this.#begin(content);
    try {
      shown.edge = await this.#fill(image, index, this.#first(), shown);
      content.onLoaded();
    } catch (error) {
      if (isAbort(error)) return;
      const { options } = content.instance;
      if (options) options.errorMsg = photoSentence(strings, error);
      content.onError();
    }
  }

  /** Clips, and kinds from the future: an element of our own in place of PhotoSwipe's. */
  attachOther(content: Content, index: number): void {
    const { manifest, strings } = this.#session;
    const photo = manifest.photos[index]!;
    const shown = this.#begin(content);
    if (photo.kind === "clip") {
      const clip = makeClip(this.#session, photo, shown.stop.signal, shown.urls);
      shown.pause = clip.pause;
      content.element = clip.element;
    } else {
      content.element = el("div", { class: "message" }, el("p", {}, strings.t("error.newerViewer")));
    }
    content.onLoaded();
  }

  /** Fetches the original when more pixels are wanted than are shown; where a grant has none, `display` is all there is. */
  async sharpen(slide: Slide): Promise<void> {
    const shown = this.#shown.get(slide.content);
    const index = (slide.content.data as { readonly photo: number }).photo;
    const photo = this.#session.manifest.photos[index];
    if (!shown?.edge || shown.sharper || photo?.kind !== "photo") return;
    // Only for somebody who zooms: a screen that is larger than the rendition alone is not worth megabytes a photo.
    if (slide.currZoomLevel <= slide.zoomLevels.fit * 1.05) return;
    const wanted = Math.max(slide.width, slide.height) * slide.currZoomLevel * (devicePixelRatio || 1);
    if (wanted <= shown.edge * 1.05) return;
    shown.sharper = true;
    const image = slide.content.element as HTMLImageElement;
    try {
      if (this.#first() === "small") shown.edge = await this.#fill(image, index, "display", shown);
      if (wanted > shown.edge * 1.05 && this.#canShowOriginal(index)) shown.edge = await this.#fill(image, index, "original", shown);
      shown.sharper = shown.edge >= Math.max(photo.width, photo.height) * 0.99 || !this.#canShowOriginal(index);
    } catch (error) {
      // What is shown already is good; it only gets no sharper.
      if (!isAbort(error)) console.warn("zoom:", error);
    }
  }

  pause(content: Content): void {
    this.#shown.get(content)?.pause?.();
  }

  release(content: Content): void {
    const shown = this.#shown.get(content);
    this.#shown.delete(content);
    if (shown) end(shown);
  }

  destroy(): void {
    for (const shown of this.#shown.values()) end(shown);
    this.#shown.clear();
  }

  #begin(content: Content): Shown {
    this.release(content);
    const shown: Shown = { stop: new AbortController(), urls: [], edge: 0, sharper: false };
    this.#shown.set(content, shown);
    return shown;
  }

  /** In a shared selection, and on weak phones, the smaller rendition is the first one. */
  #first(): "small" | "display" {
    return renditionFor(thisScreen());
  }

  #canShowOriginal(index: number): boolean {
    const photo = this.#session.manifest.photos[index];
    const shows = /\.(jpe?g|png|webp|avif|gif)$/i.test(photo?.name ?? "");
    return Boolean(photo?.bytes) && shows && photo!.width * photo!.height <= MOST_PIXELS && !thisScreen().saveData;
  }

  /** Decoded before it is put in place, so that nothing flickers. Returns the longer edge in pixels. */
  async #fill(image: HTMLImageElement, index: number, kind: "small" | "display" | "original", shown: Shown): Promise<number> {
    const { header, bytes } = await this.#session.vault.rendition(index, kind, shown.stop.signal);
    shown.stop.signal.throwIfAborted();
    const url = URL.createObjectURL(new Blob([bytes], { type: header.type }));
    shown.urls.push(url);
    const decoded = new Image();
    decoded.src = url;
    await decoded.decode();
    shown.stop.signal.throwIfAborted();
    image.src = url;
    for (const old of shown.urls.splice(0, shown.urls.length - 1)) URL.revokeObjectURL(old);
    return Math.max(decoded.naturalWidth, decoded.naturalHeight);
  }
}

function end({ stop, urls }: Shown): void {
  stop.abort();
  for (const url of urls) URL.revokeObjectURL(url);
}
