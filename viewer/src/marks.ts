/** Stars, colour and note of one photo in the current list. */

import { el, openDialog } from "./dom.ts";
import type { Favourites } from "./favourites.ts";
import { COLOURS, MOST_NOTE } from "./lists.ts";

/** Opens the panel; every change is kept at once. */
export function openMarks(favourites: Favourites, index: number): void {
  const { manifest, strings: { t } } = favourites.place.session;
  const entry = favourites.entry(index);
  const stars = choices("stars", t("lists.rating"), [0, 1, 2, 3, 4, 5].map((n) => ({
    value: String(n), label: n ? t("lists.stars", { count: n }) : t("lists.noStars"), shown: n ? "★".repeat(n) : "–", checked: n === (entry?.stars ?? 0),
  })), (value) => favourites.mark(index, { stars: Number(value) }));
  const colours = choices("colour", t("lists.colour"), ["" as const, ...COLOURS].map((colour) => ({
    value: colour, label: colour ? t(`lists.${colour}`) : t("lists.noColour"), shown: colour ? "●" : "–", checked: colour === (entry?.colour ?? ""),
  })), (value) => favourites.mark(index, { colour: COLOURS.find((colour) => colour === value) ?? "" }));
  const note = el("textarea", { id: "note", rows: 3, maxlength: MOST_NOTE, placeholder: t("lists.notePlaceholder"), dir: "auto" });
  note.value = entry?.note ?? "";
  note.addEventListener("input", () => favourites.mark(index, { note: note.value.trim() }));
  const dialog = openDialog(manifest.photos[index]?.name ?? "", t("action.close"),
    el("p", { class: "fine" }, favourites.nameOf(favourites.list)), stars, colours,
    el("label", { class: "line", for: "note" }, t("lists.note")), note,
    el("button", { type: "button", class: "open", onclick: () => dialog.close() }, t("action.done")));
  dialog.classList.add("form");
}

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly shown: string;
  readonly checked: boolean;
}

function choices(name: string, legend: string, all: readonly Choice[], chosen: (value: string) => void): HTMLFieldSetElement {
  return el("fieldset", { class: `choices ${name}` }, el("legend", {}, legend), ...all.map(({ value, label, shown, checked }) =>
    el("label", { class: value ? `choice ${value}` : "choice", title: label },
      el("input", { type: "radio", name, value, checked, "aria-label": label, onchange: () => chosen(value) }),
      el("span", { "aria-hidden": "true" }, shown))));
}
