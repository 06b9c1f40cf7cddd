/** What concerns the gallery as a whole: this device, and the copy for a computer. */

import { rememberAloud } from "./device-door.ts";
import { el, iconButton, openDialog, toast } from "./dom.ts";
import type { Part, Place } from "./extras.ts";
import { makeTaking } from "./take.ts";

export function makeMenu(place: Place): Part {
  const { t } = place.session.strings;
  const button = iconButton("more", t("gallery.menu"), () => open(place), { class: "tool menu", "aria-haspopup": "dialog" });
  place.bar.lastElementChild?.before(button);
  return { destroy: () => button.remove() };
}

function open({ session }: Place): void {
  const { t } = session.strings;
  const dialog = openDialog(t("gallery.menu"), t("action.close"), deviceSection(session));
  dialog.classList.add("form");
  // A copy of a copy needs no page: it is the folder itself. Shared photos have no gallery to copy.
  if (session.shared || location.protocol === "file:" || !session.manifest.photos.length) return;
  const { element, stop } = makeTaking(session);
  dialog.append(element);
  dialog.addEventListener("close", stop);
}

function deviceSection(session: Place["session"]): HTMLElement {
  const { device, strings: { t, day } } = session;
  const section = el("section", { class: "device" });
  const render = (): void => {
    const known = device.until !== null;
    const remember = async (): Promise<void> => {
      await rememberAloud(session);
      render();
      section.querySelector("button")?.focus();
    };
    const forget = async (): Promise<void> => {
      await device.forget();
      toast(t("device.forgotten"));
      render();
      section.querySelector("button")?.focus();
    };
    const offered = !session.shared && device.days > 0;
    section.replaceChildren(
      el("h3", {}, t("device.title")),
      ...(known ? [el("p", {}, t("device.remembered", { day: day(device.until ?? "") })), action(t("device.forget"), forget)] : []),
      ...(!known && offered ? [el("p", { class: "hint" }, t("device.rememberHint")), action(t("device.remember", { count: device.days }), remember)] : []),
      el("button", { type: "button", class: "quiet", onclick: () => void device.forgetAll() }, t("device.forgetAll")));
  };
  render();
  return section;
}

const action = (label: string, run: () => Promise<void>): HTMLButtonElement =>
  el("button", { type: "button", class: "plain-button", onclick: () => void run() }, label);
