/** The panel for lists: which one hearts go into, its name and agreed number, and its file names to copy or send. */

import { hex } from "./codec.ts";
import { announce, el, openDialog } from "./dom.ts";
import type { Favourites } from "./favourites.ts";
import { type List, namesLine, namesLines, withCurrent, withDetails, withList, withoutList } from "./lists.ts";

const MOST_NAME = 60; // characters

export function openPanel(favourites: Favourites): void {
  const { strings: { t } } = favourites.place.session;
  const body = el("div", { class: "lists" });
  const dialog = openDialog(t("lists.title"), t("action.close"), body);
  dialog.classList.add("form");
  let shown = "";
  const render = (): void => {
    // Rebuilding under somebody's fingers would swallow a click, so it is done for another list only.
    const now = [favourites.list.id, ...favourites.lists.all.map(({ id }) => id)].join();
    const focused = body.contains(document.activeElement);
    if (shown !== now) body.replaceChildren(...panelOf(favourites, dialog));
    if (shown && shown !== now && focused) body.querySelector("select")?.focus();
    shown = now;
    update(body, favourites);
  };
  const stop = favourites.watch(render);
  dialog.addEventListener("close", stop);
  render();
}

function panelOf(favourites: Favourites, dialog: HTMLDialogElement): (HTMLElement | string)[] {
  const { strings: { t } } = favourites.place.session;
  const { list } = favourites;
  return [
    el("p", { class: "kept" }),
    chooser(favourites),
    nameField(favourites, list),
    limitField(favourites, list),
    el("p", { class: "count", role: "status" }),
    el("button", { type: "button", class: "open", onclick: () => { dialog.close(); favourites.showOnly(true); } }, t("lists.open")),
    namesFields(favourites),
    deleteButton(favourites, list),
  ];
}

function update(body: HTMLElement, favourites: Favourites): void {
  const { strings: { t } } = favourites.place.session;
  const { entries, limit } = favourites.list;
  for (const list of favourites.lists.all) body.querySelector(`option[value="${list.id}"]`)!.textContent = favourites.nameOf(list);
  setValue(body, "#list-name", favourites.nameOf(favourites.list));
  setValue(body, "#list-limit", limit ? String(limit) : "");
  const over = limit && entries.length > limit ? `. ${t("lists.over", { count: entries.length - limit, limit })}` : "";
  const count = limit ? favourites.counter() : t("lists.count", { count: entries.length });
  const kept = t(favourites.kept === "yes" ? "lists.kept" : favourites.kept === "full" ? "lists.full" : "lists.notKept");
  body.querySelector(".count")!.textContent = count + over;
  body.querySelector(".kept")!.textContent = kept;
  body.querySelector(".kept")!.classList.toggle("problem", favourites.kept !== "yes");
}

/** Not while somebody is typing there. */
function setValue(body: HTMLElement, selector: string, value: string): void {
  const input = body.querySelector<HTMLInputElement>(selector);
  if (input && input !== document.activeElement) input.value = value;
}

function chooser(favourites: Favourites): HTMLElement {
  const { strings: { t } } = favourites.place.session;
  const select = el("select", { id: "list", onchange: () => favourites.change((lists) => withCurrent(lists, select.value)) },
    ...favourites.lists.all.map((list) => el("option", { value: list.id, selected: list.id === favourites.list.id }, favourites.nameOf(list))));
  const make = (): void => {
    const id = hex(crypto.getRandomValues(new Uint8Array(8)));
    favourites.change((lists) => withList(lists, id, t("lists.new")));
    document.querySelector<HTMLInputElement>("#list-name")?.select();
  };
  return el("div", { class: "line" }, el("label", { for: "list" }, t("lists.current")),
    el("div", { class: "pair" }, select, el("button", { type: "button", class: "plain-button", onclick: make }, t("lists.new"))));
}

function nameField(favourites: Favourites, list: List): HTMLElement {
  const { strings: { t } } = favourites.place.session;
  const input = el("input", { id: "list-name", maxlength: MOST_NAME, dir: "auto", autocomplete: "off", value: favourites.nameOf(list) });
  input.addEventListener("input", () => {
    const name = input.value.trim();
    favourites.change((lists) => withDetails(lists, list.id, { name: name === t("lists.favourites") ? "" : name }));
  });
  return el("div", { class: "line" }, el("label", { for: "list-name" }, t("lists.name")), input);
}

function limitField(favourites: Favourites, list: List): HTMLElement {
  const { strings: { t } } = favourites.place.session;
  const input = el("input", { id: "list-limit", type: "number", min: 0, max: 9999, step: 1, inputmode: "numeric", "aria-describedby": "limit-hint", value: list.limit || "" });
  input.addEventListener("input", () => {
    const limit = Math.min(9999, Math.max(0, Math.floor(input.valueAsNumber) || 0));
    favourites.change((lists) => withDetails(lists, list.id, { limit }));
  });
  return el("div", { class: "line" }, el("label", { for: "list-limit" }, t("lists.limit")), input, el("p", { class: "hint", id: "limit-hint" }, t("lists.limitHint")));
}

function namesFields(favourites: Favourites): HTMLElement {
  const { strings: { t } } = favourites.place.session;
  const area = el("textarea", { id: "names", rows: 3, readonly: true, hidden: true, "aria-label": t("lists.names"), spellcheck: "false" });
  const said = el("p", { class: "hint", role: "status" });
  const copy = async (text: string): Promise<void> => {
    area.value = text;
    area.hidden = false;
    said.textContent = t(await copyText(text) ? "action.copied" : "error.clipboard");
    if (said.textContent !== t("action.copied")) area.select();
  };
  const button = (label: string, action: () => void): HTMLButtonElement => el("button", { type: "button", class: "plain-button", onclick: action }, label);
  const buttons = [
    button(t("lists.copyLightroom"), () => void copy(namesLine(namesOf(favourites)))),
    button(t("lists.copyLines"), () => void copy(linesOf(favourites))),
    "share" in navigator ? button(t("lists.send"), () => void send(linesOf(favourites))) : null,
  ];
  return el("fieldset", { class: "names" }, el("legend", {}, t("lists.copy")), el("div", { class: "buttons" }, ...buttons), said, area);
}

const namesOf = (favourites: Favourites): string[] =>
  favourites.indices().map((index) => favourites.place.session.manifest.photos[index]?.name ?? "");

function linesOf(favourites: Favourites): string {
  const { manifest, strings: { t } } = favourites.place.session;
  return namesLines(favourites.indices().map((index) => {
    const entry = favourites.entry(index);
    return { name: manifest.photos[index]?.name ?? "", entry, colour: entry?.colour ? t(`lists.${entry.colour}`) : "" };
  }));
}

/** False if the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Hands a text to another app; who closes the sheet has changed their mind, which is no error. */
export async function send(text: string): Promise<void> {
  await navigator.share({ text }).catch(() => undefined);
}

function deleteButton(favourites: Favourites, list: List): HTMLElement {
  const { strings: { t } } = favourites.place.session;
  const name = favourites.nameOf(list);
  const place = el("div", { class: "delete" });
  const sure = (): void => {
    place.replaceChildren(el("p", { role: "alert" }, t("lists.deleteSure", { list: name })),
      el("div", { class: "pair" },
        el("button", { type: "button", class: "plain-button danger", onclick: () => {
          favourites.change((lists) => withoutList(lists, list.id));
          announce(t("lists.deleted", { list: name }));
        } }, t("lists.delete")),
        el("button", { type: "button", class: "plain-button", onclick: ask }, t("action.cancel"))));
    place.querySelector<HTMLButtonElement>("button:last-of-type")?.focus();
  };
  const ask = (): void => place.replaceChildren(el("button", { type: "button", class: "quiet", onclick: sure }, t("lists.delete")));
  ask();
  return place;
}
