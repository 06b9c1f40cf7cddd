import assert from "node:assert/strict";
import { test } from "node:test";

import { Failure } from "../src/failures.ts";
import {
  currentList, entryOf, fits, type Lists, namesLine, namesLines, NO_LISTS, read, withCurrent, withDetails, withList, withMark,
  withoutList, withPhotos, write,
} from "../src/lists.ts";

const photos = (lists: Lists): string[] => currentList(lists).entries.map(({ photo }) => photo);

test("lists: there is one list to begin with, empty and without a name of its own", () => {
  assert.deepEqual(currentList(NO_LISTS), { id: "favourites", name: "", limit: 0, entries: [] });
});

test("lists: photos go in once, in the order they were liked, and out again", () => {
  const some = withPhotos(withPhotos(NO_LISTS, "favourites", ["b", "a"], true), "favourites", ["a", "c", "c"], true);

  assert.deepEqual(photos(some), ["b", "a", "c"]);
  assert.deepEqual(photos(withPhotos(some, "favourites", ["b", "x"], false)), ["a", "c"]);
});

test("lists: stars, colour and note are kept when the photo is added again", () => {
  const marked = withMark(withMark(NO_LISTS, "favourites", "a", { stars: 4, colour: "red" }), "favourites", "a", { note: "large" });
  const again = withPhotos(marked, "favourites", ["a"], true);

  assert.deepEqual(entryOf(currentList(again), "a"), { photo: "a", stars: 4, colour: "red", note: "large" });
});

test("lists: one list does not touch another", () => {
  const two = withPhotos(withList(NO_LISTS, "album", "Album"), "album", ["a"], true);

  assert.deepEqual(photos(two), ["a"]);
  assert.deepEqual(photos(withCurrent(two, "favourites")), []);
  assert.equal(currentList(withDetails(two, "album", { limit: 30, name: "Book" })).limit, 30);
});

test("lists: an unknown list cannot become the current one", () => {
  assert.equal(withCurrent(NO_LISTS, "gone").current, "favourites");
});

test("lists: deleting the current list leads to another, deleting the last one empties it", () => {
  const two = withList(NO_LISTS, "album", "Album");

  assert.equal(withoutList(two, "album").current, "favourites");
  assert.equal(withoutList(two, "favourites").current, "album");
  assert.deepEqual(withoutList(withPhotos(NO_LISTS, "favourites", ["a"], true), "favourites"), NO_LISTS);
});

test("lists: a filter asks for stars and colour together", () => {
  const entry = { photo: "a", stars: 3, colour: "green", note: "" } as const;

  assert.ok(fits(entry, { stars: 3, colour: "" }) && fits(entry, { stars: 0, colour: "green" }));
  assert.ok(!fits(entry, { stars: 4, colour: "" }) && !fits(entry, { stars: 1, colour: "red" }));
});

test("lists: Lightroom gets one line without extensions, each name once", () => {
  assert.equal(namesLine(["MJ-0042.jpg", "a.b.JPEG", "MJ-0042.png", "plain"]), "MJ-0042, a.b, plain");
  assert.equal(namesLine([]), "");
});

test("lists: plain lines carry stars, colour and note, and a note never breaks its line", () => {
  const entry = { photo: "a", stars: 2, colour: "red", note: " for\nGrandma " } as const;

  assert.equal(namesLines([{ name: "a.jpg", entry, colour: "Red" }, { name: "b.jpg", colour: "" }]), "a.jpg  ★★  Red  for Grandma\nb.jpg");
});

test("lists: what was written is read, whatever a person typed", () => {
  const lists = withMark(withList(NO_LISTS, "x", "Für Oma 🎁 <b>"), "x", "a", { stars: 5, colour: "blue", note: "\u202e\"'" });

  assert.deepEqual(read(JSON.parse(write(lists))), lists);
});

test("lists: what nobody wrote is refused", () => {
  const wrong: unknown[] = [null, 3, {}, { current: "a", all: [3] }, { current: 1, all: [{ id: "a", name: "", limit: 0, entries: [] }] },
    { current: "a", all: [{ id: "a", name: "", limit: -1, entries: [] }] },
    { current: "a", all: [{ id: "a", name: "", limit: 0, entries: [{ photo: "p", stars: 6, colour: "", note: "" }] }] }];
  for (const value of wrong) assert.throws(() => read(value), Failure);
});
