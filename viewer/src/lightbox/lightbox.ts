/**
 * One photo at a time. PhotoSwipe does the gestures and the motion; what is shown comes opened from the vault, and the bars, the
 * keyboard and the words are ours. None of its own buttons are used: they are built from markup strings, which this page forbids.
 */

import PhotoSwipe, { type SlideData } from "photoswipe";

import { reducedMotion } from "../dom.ts";
import type { Session } from "../session.ts";
import type { Thumbs } from "../thumbs.ts";
import { makeControls } from "./controls.ts";
import { Pictures } from "./pictures.ts";
import { zoomLevels } from "./size.ts";

export interface LightboxOptions {
  readonly session: Session;
  readonly thumbs: Thumbs;
  /** Photos in the order they are shown, and the one to begin with. */
  readonly order: readonly number[];
  readonly index: number;
  /** Buttons that others add, first in the row. */
  readonly tools?: readonly LightboxTool[];
  readonly tileOf: (index: number) => HTMLElement | null;
  readonly moved: (index: number) => void;
  readonly closed: (index: number) => void;
}

/** A button of another module: `update` tells it which photo is shown; `keys` are its keys by their DOM names. */
export interface LightboxTool {
  readonly element: HTMLElement;
  update(index: number): void;
  readonly keys?: Readonly<Record<string, () => void>>;
  destroy?(): void;
}

export interface Lightbox {
  close(): void;
  /** At once and without a word: the gallery is being locked. */
  destroy(): void;
}

export function openLightbox(options: LightboxOptions): Lightbox {
  const { session, thumbs, order } = options;
  const rtl = session.strings.dir === "rtl";
  // Right to left, the photos run the other way, so that a swipe leads where a reader expects it.
  const shown = rtl ? [...order].reverse() : order;
  const pictures = new Pictures(session);
  const items = shown.map((index) => slideOf(session, thumbs, index));
  const swipe = new PhotoSwipe({
    dataSource: items, index: Math.max(0, shown.indexOf(options.index)),
    appendToEl: document.body, mainClass: "lightbox", bgOpacity: 1, loop: false, wheelToZoom: true, preload: [1, 2],
    showHideAnimationType: reducedMotion() ? "none" : "zoom", zoomAnimationDuration: reducedMotion() ? false : 250,
    showAnimationDuration: 220, hideAnimationDuration: 180, maxWidthToAnimate: 20000,
    secondaryZoomLevel: zoomLevels.full, maxZoomLevel: zoomLevels.full,
    imageClickAction: "zoom", tapAction: "toggle-controls", doubleTapAction: "zoom", bgClickAction: "close",
    escKey: false, arrowKeys: false, trapFocus: true, returnFocus: false,
    close: false, zoom: false, counter: false, arrowPrev: false, arrowNext: false,
    paddingFn: () => ({ top: 0, bottom: 0, left: 0, right: 0 }),
    ...{ preloader: false },
  });
  const current = (): number => shown[swipe.currIndex] ?? options.index;
  const controls = makeControls({ session, swipe, current, tools: options.tools ?? [], rtl, count: order.length, positionOf: (index) => order.indexOf(index) + 1 });

  swipe.addFilter("thumbEl", (element, data) => options.tileOf((data as Slide).photo)?.querySelector<HTMLElement>(".photo") ?? (element as HTMLElement));
  swipe.addFilter("placeholderSrc", (src, content) => thumbs.peek((content.data as Slide).photo) ?? src);
  swipe.on("contentLoad", (event) => {
    if ((event.content.data as Slide).type !== "image") {
      event.preventDefault();
      pictures.attachOther(event.content, (event.content.data as Slide).photo);
    }
  });
  swipe.on("contentLoadImage", (event) => {
    event.preventDefault();
    void pictures.load(event.content, (event.content.data as Slide).photo);
  });
  swipe.on("contentDestroy", ({ content }) => pictures.release(content));
  swipe.on("contentDeactivate", ({ content }) => pictures.pause(content));
  swipe.on("zoomPanUpdate", ({ slide }) => void pictures.sharpen(slide));
  swipe.on("change", () => {
    controls.update();
    if (opened) options.moved(current());
    opened = true;
  });
  let opened = false;
  let silent = false;
  swipe.on("destroy", () => {
    controls.destroy();
    pictures.destroy();
    document.documentElement.classList.remove("viewing");
    const last = current();
    // Once PhotoSwipe is gone: until then it pulls the focus back into itself.
    if (!silent) queueMicrotask(() => options.closed(last));
  });
  document.documentElement.classList.add("viewing");
  swipe.init();
  controls.mount();
  return {
    close: () => controls.act(() => swipe.close()),
    destroy: () => {
      silent = true;
      // Without this it would close first, which it refuses to do while it is opening.
      swipe.isDestroying = true;
      swipe.destroy();
    },
  };
}

/** What PhotoSwipe needs to know of a photo before it is opened. */
export type Slide = SlideData & { readonly photo: number };

function slideOf({ manifest }: Session, thumbs: Thumbs, index: number): Slide {
  const photo = manifest.photos[index]!;
  const src = thumbs.peek(index);
  // Sizes are in device pixels here, so that zoom level 1 is one pixel of the photo on one pixel of the screen.
  const ratio = devicePixelRatio || 1;
  return {
    photo: index, type: photo.kind === "photo" ? "image" : photo.kind,
    w: photo.width / ratio, h: photo.height / ratio, ...(src === undefined ? {} : { msrc: src }),
  };
}
