/** Saving photos: a button in the bar, one in the lightbox, and the panel that they open, fetched when it is wanted. */

import { el, iconButton, toast } from "../dom.ts";
import type { Part, Place } from "../extras.ts";
import type { Panel } from "./panel.ts";
import { itemsFor, sizesOffered } from "./plan.ts";

export interface Downloads extends Part {
  /** Whether this grant may save anything. */
  readonly offered: boolean;
  /** Opens the panel; these photos are offered first. */
  open(chosen?: readonly number[]): void;
}

export function makeDownloads({ session, bar }: Place): Downloads {
  const { rights, manifest, strings: { t } } = session;
  const offered = sizesOffered(rights).length > 0;
  let loading: Promise<Panel> | null = null;
  let closed = false;
  const badge = el("span", { class: "badge", "aria-hidden": "true" });
  const button = iconButton("save", t("save.open"), () => open());
  button.classList.add("download");
  button.append(badge);
  if (offered && manifest.photos.length) bar.prepend(button);

  function open(chosen: readonly number[] = []): void {
    if (!offered) return;
    loading ??= import("./panel.ts").then(({ makePanel }) => makePanel(session, (text) => { badge.textContent = text; }));
    loading.then((panel) => { if (!closed) panel.open(chosen); }, () => {
      loading = null;
      toast(t(navigator.onLine ? "error.network" : "error.offline"));
    });
  }

  return {
    offered,
    open,
    lightboxTools() {
      if (!offered) return [];
      let shown = 0;
      const element = iconButton("save", t("save.photo"), () => open([shown]));
      return [{ element, update: (index) => {
        shown = index;
        element.hidden = itemsFor(manifest, [index], "original").length === 0;
      } }];
    },
    destroy() {
      closed = true;
      button.remove();
      void loading?.then((panel) => panel.destroy(), () => undefined);
    },
  };
}
