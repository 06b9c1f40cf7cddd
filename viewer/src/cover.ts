/** The first thing one sees: the chosen photo, the title, the day, and how long the gallery is there. */

import { el, icon, toast } from "./dom.ts";
import { isAbort } from "./failures.ts";
import { daysUntil, lastDay, type Session } from "./session.ts";
import { meshOf } from "./tile.ts";

export interface Cover {
  readonly element: HTMLElement;
  destroy(): void;
}

export function makeCover(session: Session): Cover {
  const { manifest, strings: { t, day }, shared } = session;
  const art = el("div", { class: "art", "aria-hidden": "true" });
  const title = shared ? t("shared.title", { count: manifest.photos.length }) : manifest.title;
  const words = el("div", { class: "words" },
    manifest.date ? el("p", { class: "when" }, el("time", { datetime: manifest.date }, day(manifest.date))) : null,
    el("h1", { dir: "auto" }, title),
    el("p", { class: "meta" }, ...separated(shared ? [sharedIntro(session)] : facts(session))),
    shared ? null : calendarButton(session));
  const element = el("header", { class: "cover" }, art, words);
  const index = manifest.cover ?? (shared ? 0 : undefined);
  const photo = index === undefined ? undefined : manifest.photos[index];
  if (!photo) element.classList.add("plain");
  const close = photo ? paint(session, art, photo.index, photo.colours) : () => {};
  return { element, destroy: close };
}

function facts(session: Session): string[] {
  const { manifest, strings: { t } } = session;
  return [t("gallery.photos", { count: manifest.photos.length }), ...lasting(session)];
}

/** Days until the end, as far as they are worth a word: NaN and what is over are not. */
function daysLeft(session: Session): number | null {
  const left = daysUntil(lastDay(session) ?? "", session.today);
  return left >= 0 ? left : null;
}

/** How long it lasts; nothing if there is no end. */
function lasting(session: Session): string[] {
  const { strings: { t, day } } = session;
  const left = daysLeft(session);
  if (left === null) return [];
  const until = t("gallery.until", { day: day(lastDay(session) ?? "") });
  if (left === 0) return [t("gallery.lastDay")];
  return left <= 60 ? [until, t("gallery.daysLeft", { count: left })] : [until];
}

function calendarButton(session: Session): HTMLElement | null {
  if (daysLeft(session) === null) return null;
  const { t } = session.strings;
  const save = (): void => void import("./calendar.ts").then(({ saveCalendar }) => saveCalendar(session), () => toast(t("error.network")));
  return el("button", { type: "button", class: "calendar", onclick: save }, icon("calendar"), t("calendar.add"));
}

function sharedIntro({ page, strings: { t } }: Session): string {
  return page.studio ? t("shared.intro", { studio: page.studio }) : t("shared.introPlain");
}

/** Each fact is its own phrase, so that a line breaks between them. */
function separated(facts: readonly string[]): HTMLElement[] {
  return facts.map((fact) => el("span", {}, fact));
}

/** Colours at once, the photo as soon as it is opened. */
function paint({ vault, shared }: Session, art: HTMLElement, index: number, colours: string): () => void {
  const stop = new AbortController();
  let url = "";
  art.style.backgroundImage = meshOf(colours);
  void (async () => {
    try {
      const { header, bytes } = await vault.rendition(index, innerWidth * devicePixelRatio > 1100 && !shared ? "display" : "small", stop.signal);
      if (stop.signal.aborted) return;
      url = URL.createObjectURL(new Blob([bytes], { type: header.type }));
      const image = el("img", { alt: "", src: url, decoding: "async" });
      image.onload = () => image.classList.add("loaded");
      art.append(image);
    } catch (error) {
      // The colours stay; the photo itself says in the grid what is wrong with it.
      if (!isAbort(error)) console.warn("cover:", error);
    }
  })();
  return () => {
    stop.abort();
    URL.revokeObjectURL(url);
  };
}
