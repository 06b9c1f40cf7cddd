/** A clip in the lightbox: its poster at once, the clip itself when somebody wants it, opened whole in memory. */

import { el, icon } from "./dom.ts";
import { isAbort } from "./failures.ts";
import type { Photo } from "./manifest.ts";
import type { Session } from "./session.ts";
import { photoSentence } from "./words.ts";

export interface Clip {
  readonly element: HTMLDivElement;
  pause(): void;
}

/** Addresses that are made go into `urls`, for whoever cleans up. */
export function makeClip(session: Session, photo: Photo, signal: AbortSignal, urls: string[]): Clip {
  const { vault, strings } = session;
  const { t } = strings;
  const message = el("p", { class: "message", role: "status" });
  const video = el("video", { playsinline: true, controls: true, hidden: true, preload: "metadata" });
  const play = el("button", { type: "button", class: "play", "aria-label": t("lightbox.playClip"), onclick: () => void start() }, icon("play"));
  const poster = el("img", { alt: photo.caption ?? "" });
  const element = el("div", { class: "clip-view" }, poster, video, photo.clip ? play : null, message);
  video.addEventListener("error", () => {
    if (!signal.aborted) message.textContent = t("error.clipUnplayable");
  });

  function address(type: string, bytes: BlobPart): string {
    const url = URL.createObjectURL(new Blob([bytes], { type }));
    urls.push(url);
    return url;
  }

  async function guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isAbort(error)) message.textContent = photoSentence(strings, error);
    }
  }

  const start = (): Promise<void> => guarded(async () => {
    play.hidden = true;
    message.textContent = t("gallery.loading");
    const { header, bytes } = await vault.rendition(photo.index, "clip", signal);
    signal.throwIfAborted();
    message.textContent = "";
    video.src = address(header.type, bytes);
    video.hidden = false;
    poster.hidden = true;
    // A browser that refuses to start by itself shows its own button.
    await video.play().catch(() => undefined);
  });

  void guarded(async () => {
    const { header, bytes } = await vault.rendition(photo.index, "poster", signal);
    signal.throwIfAborted();
    poster.src = address(header.type, bytes);
  });
  return { element, pause: () => video.pause() };
}
