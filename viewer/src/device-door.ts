/** The locked page's part of "remember this device": the offer below the passphrase, or the way in and the way to forget. */

import { DAYS } from "./device.ts";
import { el, toast } from "./dom.ts";
import type { Session } from "./session.ts";
import type { Strings } from "./strings/index.ts";

export interface DeviceDoor {
  readonly element: HTMLElement;
  /** Whether somebody wants this device to be remembered. */
  readonly wanted: boolean;
  /** `until` is the last day of what is remembered already; with null it is offered to remember, where there is an `offer`. */
  show(until: string | null, offer: boolean): void;
}

export function makeDeviceDoor({ t, day }: Strings, actions: { readonly open: () => void; readonly forget: () => void }): DeviceDoor {
  const box = el("input", { type: "checkbox", id: "remember", "aria-describedby": "remember-hint" });
  const offer = el("div", { class: "check" }, box,
    el("div", {}, el("label", { for: "remember" }, t("device.remember", { count: DAYS })), el("p", { class: "hint", id: "remember-hint" }, t("device.rememberHint"))));
  const known = el("p", { class: "hint" });
  const element = el("div", { class: "device" });
  return {
    element,
    get wanted() {
      return box.checked && box.isConnected;
    },
    show(until, offered) {
      box.checked = false;
      if (until === null) return element.replaceChildren(...(offered ? [offer] : []));
      known.textContent = t("device.remembered", { day: day(until) });
      element.replaceChildren(known, el("div", { class: "pair" },
        el("button", { type: "button", class: "plain-button", onclick: actions.open }, t("device.open")),
        el("button", { type: "button", class: "quiet", onclick: actions.forget }, t("device.forget"))));
    },
  };
}

/** Remembers this device and says until when, or that the browser does not allow it. */
export async function rememberAloud({ device, strings: { t, day } }: Session): Promise<void> {
  try {
    await device.remember();
    toast(t("device.remembered", { day: day(device.until ?? "") }));
  } catch {
    toast(t("device.denied"));
  }
}
