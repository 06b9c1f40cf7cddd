/** The real browser, as saving sees it. */

import { keepAwake } from "../awake.ts";
import type { Strings } from "../strings/index.ts";
import type { Outside } from "./saving.ts";
import { departure, inParts, pickFile, saveBlob, throughWorker } from "./sinks.ts";
import { abilities, lookAhead, partLimit, waysFor } from "./ways.ts";

export function browserOutside(strings: Strings): Outside {
  const can = abilities();
  return {
    ways: waysFor(can),
    partLimit: partLimit(can),
    lookAhead: lookAhead(can),
    // An iPhone asks what to do with a file, which it does only for a tap.
    savesAlone: !can.ios,
    open(way, name, offer) {
      if (way === "picker") return pickFile(name);
      return way === "worker" ? throughWorker() : Promise.resolve(inParts(offer));
    },
    saveBlob,
    share: (files) => navigator.share({ files }),
    hold: () => hold(strings),
  };
}

function hold({ t }: Strings): () => void {
  const release = keepAwake();
  const ask = (event: BeforeUnloadEvent): void => {
    if (departure.toDownload) return;
    event.preventDefault();
    event.returnValue = t("save.leave"); // older browsers show it, newer ones have words of their own
  };
  addEventListener("beforeunload", ask);
  return () => {
    removeEventListener("beforeunload", ask);
    release();
  };
}

/** Whether photos can be handed to other apps: on phones and tablets, where that is how they get among the others. */
export function sharesFiles(): boolean {
  if (!matchMedia("(pointer: coarse)").matches || !navigator.canShare) return false;
  return navigator.canShare({ files: [new File(["-"], "photo.jpg", { type: "image/jpeg" })] });
}
