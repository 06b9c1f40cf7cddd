/** The gallery's last day as a file for calendars (RFC 5545). It names the page, but no key. */

import { utf8 } from "./codec.ts";
import { saveBlob } from "./downloads/sinks.ts";
import { lastDay, type Session } from "./session.ts";

/** Days before the last one on which calendars speak up. */
const WARNING = 7;
const MOST = 75; // bytes of a line, without its end

export interface CalendarDay {
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly summary: string;
  readonly description: string;
  readonly url: string;
  readonly uid: string;
  readonly now: Date;
}

/** One event of one whole day, with a reminder before it. "" if the day is none. */
export function calendarFile({ day, summary, description, url, uid, now }: CalendarDay): string {
  const start = Date.parse(day);
  if (Number.isNaN(start)) return "";
  const date = (time: number): string => new Date(time).toISOString().slice(0, 10).replaceAll("-", "");
  const lines = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sogallery//viewer//EN", "BEGIN:VEVENT",
    `UID:${escaped(uid)}`, `DTSTAMP:${now.toISOString().replace(/[-:]|\.\d+/g, "")}`,
    `DTSTART;VALUE=DATE:${date(start)}`, `DTEND;VALUE=DATE:${date(start + 86_400_000)}`,
    `SUMMARY:${escaped(summary)}`, `DESCRIPTION:${escaped(description)}`, `URL:${url}`, "TRANSP:TRANSPARENT",
    "BEGIN:VALARM", "ACTION:DISPLAY", `TRIGGER:-P${WARNING}D`, `DESCRIPTION:${escaped(summary)}`, "END:VALARM",
    "END:VEVENT", "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

const escaped = (text: string): string => text.replace(/[\\;,]/g, "\\$&").replace(/\r\n|\r|\n/g, "\\n");

/** Long lines go on after a line end and a space; no character is torn apart. */
function folded(line: string): string {
  let length = 0;
  let out = "";
  for (const character of line) {
    const bytes = utf8(character).length;
    if (length + bytes > MOST) {
      out += "\r\n ";
      length = 1;
    }
    out += character;
    length += bytes;
  }
  return out;
}

/** Saves the file for an opened gallery. */
export function saveCalendar(session: Session): void {
  const { manifest, page, strings: { t } } = session;
  const day = lastDay(session) ?? "";
  const studio = manifest.studio.name || page.studio;
  const url = page.address;
  const text = calendarFile({
    day, url, summary: t("calendar.summary", { title: manifest.title }), description: t("calendar.description", { studio }),
    uid: `${manifest.gallery}-${day}@${new URL(url).hostname}`, now: new Date(),
  });
  saveBlob(`${day}.ics`, new Blob([text], { type: "text/calendar;charset=utf-8" }));
}
