import assert from "node:assert/strict";
import { test } from "node:test";
import { calendarFile } from "../src/calendar.ts";

const event = {
  day: "2027-12-31", summary: "Last day; of “Ada, Lin”", description: "Line one\nline \\ two",
  url: "https://x.example/g/abc/", uid: "abc-2027-12-31@x.example", now: new Date(Date.UTC(2026, 5, 13, 12, 30, 1, 234)),
};

test("calendar: one whole day, the next one excluded, with a reminder a week before", () => {
  const lines = calendarFile(event).split("\r\n");

  assert.deepEqual(lines.slice(0, 4), ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sogallery//viewer//EN", "BEGIN:VEVENT"]);
  for (const line of ["DTSTAMP:20260613T123001Z", "DTSTART;VALUE=DATE:20271231", "DTEND;VALUE=DATE:20280101", "TRIGGER:-P7D"]) assert.ok(lines.includes(line), line);
  assert.deepEqual(lines.slice(-3), ["END:VEVENT", "END:VCALENDAR", ""]);
});

test("calendar: what a person typed stays text", () => {
  const file = calendarFile({ ...event, summary: "a,b;c\\d\r\nEND:VCALENDAR" });

  assert.ok(file.includes("SUMMARY:a\\,b\\;c\\\\d\\nEND:VCALENDAR\r\n"));
  assert.equal(file.match(/^END:VCALENDAR/gm)?.length, 1);
});

test("calendar: lines have at most 75 bytes and unfold to what they were", () => {
  const summary = "عرس 💍 ".repeat(40);
  const file = calendarFile({ ...event, summary });

  for (const line of file.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75, line);
  assert.ok(file.replaceAll("\r\n ", "").includes(`SUMMARY:${summary}\r\n`));
});

test("calendar: no day, no file", () => assert.equal(calendarFile({ ...event, day: "soon" }), ""));
