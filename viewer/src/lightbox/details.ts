/** What is known of a photo: its name, when and how it was taken, its size. */

import { el } from "../dom.ts";
import type { Photo } from "../manifest.ts";
import type { Session } from "../session.ts";

export function makeDetails({ strings }: Session, photo: Photo): HTMLElement {
  const { t } = strings;
  const size = `${photo.width} × ${photo.height}${photo.bytes ? `, ${strings.bytes(photo.bytes)}` : ""}`;
  const rows = [
    [t("lightbox.file"), photo.name],
    [t("lightbox.taken"), photo.taken ? taken(photo.taken, strings.language) : ""],
    [t("lightbox.exposure"), photo.exposure ?? ""],
    [t("lightbox.size"), size],
  ] as const;
  return el("dl", {}, ...rows.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", { dir: "auto" }, value)]));
}

/** The camera's own clock, which knows no time zone. */
function taken(text: string, language: string): string {
  const time = Date.parse(`${text}Z`);
  if (Number.isNaN(time)) return text;
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(time);
}
