/** A link that opens just some photos (docs/format.md, section 9). Made on the device; nobody is told. */

import { b64 } from "./codec.ts";
import { el, openDialog, toast } from "./dom.ts";
import { copyText, send } from "./lists-panel.ts";
import type { Session } from "./session.ts";

/** Beyond this many characters some messengers cut a link off. */
const LONG = 2000;

/** `page` is the gallery's address without a fragment; `secrets` are viewing secrets. 22 characters a photo and the address. */
export const shareLink = (page: string, secrets: readonly Uint8Array[]): string => `${page}#v=${secrets.map(b64).join("")}`;

/** Clips have no rendition that a viewing secret opens, so a link cannot carry them. */
export function shareable({ manifest: { photos } }: Session, indices: readonly number[]): number[] {
  return indices.filter((index) => photos[index]?.kind === "photo");
}

/** Shows the link for these photos, to copy or to hand to another app. */
export async function openShare(session: Session, chosen: readonly number[]): Promise<void> {
  const { strings: { t }, vault, page } = session;
  const indices = shareable(session, chosen);
  if (!indices.length) return toast(t(chosen.length ? "share.clips" : "share.nothing"));
  const link = shareLink(page.address, await vault.viewing(indices));
  const said = el("p", { class: "hint", role: "status" });
  const field = el("textarea", { id: "share-link", rows: 3, readonly: true, dir: "ltr", spellcheck: "false" });
  field.value = link;
  field.addEventListener("focus", () => field.select());
  const copy = async (): Promise<void> => {
    const copied = await copyText(link);
    said.textContent = t(copied ? "share.copied" : "error.clipboard");
    if (!copied) field.focus();
  };
  const dialog = openDialog(t("share.title"), t("action.close"),
    el("p", {}, t("share.explain", { count: indices.length })),
    indices.length < chosen.length ? el("p", { class: "hint" }, t("share.clips")) : null,
    el("p", { class: "warning", id: "share-warning" }, t("share.warning")),
    el("label", { class: "line", for: "share-link" }, t("share.link")), field,
    link.length > LONG ? el("p", { class: "hint" }, t("share.long")) : null,
    el("div", { class: "buttons" },
      el("button", { type: "button", class: "open", "aria-describedby": "share-warning", onclick: () => void copy() }, t("share.copy")),
      "share" in navigator ? el("button", { type: "button", class: "plain-button", "aria-describedby": "share-warning", onclick: () => void send(link) }, t("share.send")) : null),
    said, el("p", { class: "fine" }, t("share.made")));
  dialog.classList.add("form");
}
