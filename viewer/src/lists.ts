/** Lists of favourites: what they hold and how they change. Pure; every change returns a new value. */

import { asArray, asCount, asObject, asText } from "./codec.ts";

export const COLOURS = ["red", "yellow", "green", "blue", "purple"] as const; // in the order of Lightroom's keys 6 to 9
export type Colour = (typeof COLOURS)[number];

/** One photo in one list. `stars` are 0 to 5; "" is no colour. */
export interface Entry {
  readonly photo: string;
  readonly stars: number;
  readonly colour: Colour | "";
  readonly note: string;
}

/** `name` is "" for the first list, which is called "Favourites" in whatever language. `limit` 0 is none. */
export interface List {
  readonly id: string;
  readonly name: string;
  readonly limit: number;
  readonly entries: readonly Entry[];
}

/** `current` is the id of the list that hearts go into. */
export interface Lists {
  readonly current: string;
  readonly all: readonly List[];
}

export const MOST_NOTE = 1000; // characters
const FIRST: List = { id: "favourites", name: "", limit: 0, entries: [] };

export const NO_LISTS: Lists = { current: FIRST.id, all: [FIRST] };

export const currentList = (lists: Lists): List => lists.all.find(({ id }) => id === lists.current) ?? lists.all[0] ?? FIRST;

export const entryOf = (list: List, photo: string): Entry | undefined => list.entries.find((entry) => entry.photo === photo);

function change(lists: Lists, id: string, by: (list: List) => List): Lists {
  return { ...lists, all: lists.all.map((list) => (list.id === id ? by(list) : list)) };
}

const bare = (photo: string): Entry => ({ photo, stars: 0, colour: "", note: "" });

/** Takes photos into a list or out of it; what is there already keeps its stars and notes. */
export function withPhotos(lists: Lists, id: string, photos: readonly string[], on: boolean): Lists {
  const given = new Set(photos);
  return change(lists, id, (list) => {
    if (!on) return { ...list, entries: list.entries.filter(({ photo }) => !given.has(photo)) };
    for (const { photo } of list.entries) given.delete(photo);
    return { ...list, entries: [...list.entries, ...[...given].map(bare)] };
  });
}

/** Sets stars, colour or note of a photo, which is in the list from then on. */
export function withMark(lists: Lists, id: string, photo: string, mark: Partial<Omit<Entry, "photo">>): Lists {
  return change(withPhotos(lists, id, [photo], true), id, (list) => ({
    ...list, entries: list.entries.map((entry) => (entry.photo === photo ? { ...entry, ...mark } : entry)),
  }));
}

/** Adds a list and makes it the current one. An `id` that is there already changes nothing else. */
export function withList(lists: Lists, id: string, name: string): Lists {
  const known = lists.all.some((list) => list.id === id);
  return { current: id, all: known ? lists.all : [...lists.all, { ...FIRST, id, name }] };
}

export const withCurrent = (lists: Lists, id: string): Lists =>
  lists.all.some((list) => list.id === id) ? { ...lists, current: id } : lists;

export const withDetails = (lists: Lists, id: string, details: Partial<Pick<List, "name" | "limit">>): Lists =>
  change(lists, id, (list) => ({ ...list, ...details }));

/** Without this list. There is always one, so the last one is emptied instead. */
export function withoutList(lists: Lists, id: string): Lists {
  const all = lists.all.filter((list) => list.id !== id);
  if (!all.length) return NO_LISTS;
  return { all, current: lists.current === id ? all[0]!.id : lists.current };
}

/** What a list shows; `stars` is the least number of them. */
export interface Filter {
  readonly stars: number;
  readonly colour: Colour | "";
}

export const fits = (entry: Entry, { stars, colour }: Filter): boolean =>
  entry.stars >= stars && (colour === "" || entry.colour === colour);

/** File names in one line without extension: a catalogue has the raw file where the gallery has a JPEG. */
export function namesLine(names: readonly string[]): string {
  return [...new Set(names.map((name) => name.replace(/\.[^.]+$/, "")))].join(", ");
}

/** One file name a line, with its stars, its colour and its note behind it. */
export function namesLines(rows: readonly { readonly name: string; readonly entry?: Entry | undefined; readonly colour: string }[]): string {
  return rows.map(({ name, entry, colour }) => {
    const note = entry?.note.replace(/\s+/g, " ").trim();
    const marks = [entry?.stars ? "★".repeat(entry.stars) : "", colour, note].filter(Boolean);
    return marks.length ? `${name}  ${marks.join("  ")}` : name;
  }).join("\n");
}

export const write = (lists: Lists): string => JSON.stringify(lists);

/** Reads what `write` wrote; fails with "malformed" for anything else. */
export function read(value: unknown): Lists {
  const json = asObject(value, "lists");
  const all = asArray(json["all"], "lists").map(readList);
  if (!all.length) return NO_LISTS;
  return withCurrent({ current: all[0]!.id, all }, asText(json["current"], "current list"));
}

function readList(value: unknown): List {
  const json = asObject(value, "list");
  return {
    id: asText(json["id"], "list id"), name: asText(json["name"], "list name"), limit: asCount(json["limit"], "limit"),
    entries: asArray(json["entries"], "entries").map(readEntry),
  };
}

function readEntry(value: unknown): Entry {
  const json = asObject(value, "entry");
  const colour = asText(json["colour"], "colour");
  return {
    photo: asText(json["photo"], "photo"), stars: asCount(json["stars"], "stars", 5), note: asText(json["note"], "note"),
    colour: COLOURS.find((known) => known === colour) ?? "",
  };
}
