/** The lightbox's own bars: where one is, what one can do, what is written about the photo; and the keyboard. */

import type PhotoSwipe from "photoswipe";

import { announce, el, iconButton, relabel } from "../dom.ts";
import { photoLabel } from "../grid.ts";
import type { Session } from "../session.ts";
import { makeDetails } from "./details.ts";
import type { LightboxTool } from "./lightbox.ts";
import { makeSlideshow } from "./slideshow.ts";

export interface ControlsOptions {
  readonly session: Session;
  readonly swipe: PhotoSwipe;
  readonly current: () => number;
  readonly tools: readonly LightboxTool[];
  readonly rtl: boolean;
  readonly count: number;
  /** From 1, in the order shown. */
  readonly positionOf: (index: number) => number;
}

export interface Controls {
  mount(): void;
  /** Does something with PhotoSwipe as soon as it can: while it opens, it would get lost or leave a slide empty. */
  act(action: () => void): void;
  update(): void;
  destroy(): void;
}

export function makeControls({ session, swipe, current, tools: added, rtl, count, positionOf }: ControlsOptions): Controls {
  const { manifest, strings } = session;
  const { t } = strings;
  const step = (by: 1 | -1): void => ((by === 1) !== rtl ? swipe.next() : swipe.prev());
  const atEnd = (): boolean => positionOf(current()) === count;
  const toEnd = (last: boolean): void => swipe.goTo(last !== rtl ? count - 1 : 0);
  const slideshow = makeSlideshow({ next: () => (atEnd() ? toEnd(false) : step(1)), changed: () => showPlay() });

  const counter = el("p", { class: "counter" });
  const play = iconButton("play", t("lightbox.play"), () => slideshow.toggle());
  const full = iconButton("full", t("lightbox.fullscreen"), () => void toggleFullscreen());
  const zoom = iconButton("zoom", t("lightbox.zoom"), () => act(() => swipe.toggleZoom()));
  const info = iconButton("info", t("lightbox.info"), () => setDetails(details.hidden), { "aria-expanded": "false" });
  const close = iconButton("close", t("lightbox.close"), () => act(() => swipe.close()));
  const previous = iconButton(rtl ? "next" : "previous", t("lightbox.previous"), () => act(() => step(-1)));
  const next = iconButton(rtl ? "previous" : "next", t("lightbox.next"), () => act(() => step(1)));
  zoom.classList.add("spacious");
  full.classList.add("spacious");
  previous.classList.add("side", "back");
  next.classList.add("side", "forth");
  const caption = el("p", { class: "caption", dir: "auto" });
  const details = el("div", { class: "details", hidden: true });
  const tools = el("div", { class: "tools" }, ...added.map(({ element }) => element), zoom, info, play, document.fullscreenEnabled ? full : null, close);
  const top = el("div", { class: "lightbox-top" }, counter, tools);
  const bottom = el("div", { class: "lightbox-bottom" }, caption, details);

  function showPlay(): void {
    relabel(play, slideshow.running ? "pause" : "play", t(slideshow.running ? "lightbox.pause" : "lightbox.play"));
  }

  function setDetails(open: boolean): void {
    details.hidden = !open;
    info.setAttribute("aria-expanded", String(open));
  }

  async function toggleFullscreen(): Promise<void> {
    // Some browsers refuse without a reason; then the button does nothing, as if it were not there.
    await (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => undefined);
  }

  const onFullscreen = (): void =>
    relabel(full, document.fullscreenElement ? "small" : "full", t(document.fullscreenElement ? "lightbox.exitFullscreen" : "lightbox.fullscreen"));

  function act(action: () => void): void {
    if (ready) action();
    else later = action;
  }

  const keys: Readonly<Record<string, () => void>> = {
    ArrowRight: () => swipe.next(),
    ArrowLeft: () => swipe.prev(),
    Home: () => toEnd(false),
    End: () => toEnd(true),
    PageDown: () => step(1),
    PageUp: () => step(-1),
    Escape: () => swipe.close(),
    f: () => void toggleFullscreen(),
    i: () => setDetails(details.hidden),
    s: () => slideshow.toggle(),
    z: () => swipe.toggleZoom(),
    "+": () => zoomBy(1.5),
    "=": () => zoomBy(1.5),
    "-": () => zoomBy(1 / 1.5),
    "0": () => swipe.currSlide?.zoomTo(swipe.currSlide.zoomLevels.fit, undefined, 200),
    ...Object.assign({}, ...added.map((tool) => tool.keys)),
  };

  function zoomBy(factor: number): void {
    const slide = swipe.currSlide;
    if (!slide?.isZoomable()) return;
    const level = Math.min(slide.zoomLevels.max, Math.max(slide.zoomLevels.fit, slide.currZoomLevel * factor));
    slide.zoomTo(level, undefined, 200);
  }

  function onKey(event: KeyboardEvent): void {
    const target = event.target as Element;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (target.matches("input, textarea, select, video")) return;
    const action = panAction(swipe, event.key) ?? keys[event.key];
    if (!action) return;
    event.preventDefault();
    act(action);
  }
  let ready = false;
  let later: (() => void) | undefined;
  swipe.on("bindEvents", () => {
    ready = true;
    later?.();
  });
  swipe.on("keydown", (event) => event.preventDefault());
  document.addEventListener("keydown", onKey);
  swipe.on("pointerDown", () => slideshow.stop());
  addEventListener("fullscreenchange", onFullscreen);

  return {
    act,
    mount() {
      const element = swipe.element!;
      element.setAttribute("aria-modal", "true");
      element.setAttribute("aria-label", t("lightbox.label"));
      for (const part of [top, previous, next, bottom]) part.classList.add("pswp__hide-on-close");
      element.append(top, previous, next, bottom);
      element.focus({ preventScroll: true });
      this.update();
    },
    update() {
      const index = current();
      const place = positionOf(index);
      const photo = manifest.photos[index]!;
      for (const tool of added) tool.update(index);
      counter.textContent = t("lightbox.counter", { number: place, count });
      caption.textContent = photo.caption ?? "";
      details.replaceChildren(makeDetails(session, photo));
      previous.disabled = place === 1;
      next.disabled = place === count;
      zoom.hidden = photo.kind !== "photo";
      if (!slideshow.running) announce(photoLabel(manifest, index, strings));
    },
    destroy() {
      slideshow.stop();
      for (const tool of added) tool.destroy?.();
      document.removeEventListener("keydown", onKey);
      removeEventListener("fullscreenchange", onFullscreen);
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
    },
  };
}

const PAN = 80; // pixels a key press

/** While zoomed in, arrows move the photo instead of leaving it. */
function panAction(swipe: PhotoSwipe, key: string): (() => void) | null {
  const slide = swipe.currSlide;
  if (!slide || slide.currZoomLevel <= slide.zoomLevels.fit * 1.01) return null;
  const [x, y] = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] }[key] ?? [0, 0];
  return x || y ? () => slide.panTo(slide.pan.x + x!, slide.pan.y + y!) : null;
}
