/** From a failure to the sentence that says what is wrong and what to do. */

import { Failure, kindOf } from "./failures.ts";
import type { Strings } from "./strings/index.ts";

const GALLERY = {
  "no match": "error.noMatch",
  tampered: "error.tampered",
  malformed: "error.malformed",
  unsupported: "error.unsupported",
  "wrong gallery": "error.wrongGallery",
  missing: "error.notFound",
  host: "error.notAGallery",
  html: "error.notAGallery",
  insecure: "error.insecure",
  browser: "error.browser",
  memory: "error.memory",
  "cut link": "error.brokenLink",
  "needs folder": "offline.folderHint",
} as const;

/** For the gallery as a whole. `link`: whether its secret was there, or the passphrase was all. */
export function gallerySentence({ t }: Strings, error: unknown, link = true): string {
  if (!(error instanceof Failure) && !(error instanceof RangeError)) return t("error.unexpected", { detail: String(error) });
  const kind = kindOf(error);
  if (kind === "offline") return t(navigator.onLine ? "error.network" : "error.offline");
  return t(kind === "no match" && !link ? "error.noMatchNoLink" : GALLERY[kind]);
}

/** For one photo; the others go on. */
export function photoSentence({ t }: Strings, error: unknown): string {
  const kind = kindOf(error);
  if (kind === "offline") return t(navigator.onLine ? "error.photoMissing" : "error.offline");
  if (kind === "missing" || kind === "host") return t("error.photoMissing");
  if (kind === "memory") return t("error.memory");
  return t(kind === "unsupported" ? "error.newerViewer" : "error.photoTampered");
}
