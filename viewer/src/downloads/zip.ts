/** A ZIP as a stream: stored, not compressed, since photos do not get smaller; what is missing is said in the ZIP, too. */

import { makeZip } from "client-zip";

import type { Strings } from "../strings/index.ts";
import type { Entry, Job } from "./job.ts";
import { usableName } from "./names.ts";
import type { Item } from "./plan.ts";
import { whySentence } from "./words.ts";

/** The ZIP of one portion. If the stream fails, what was written of it is no ZIP: its directory comes last. */
export function zipOf(job: Job, items: readonly Item[], strings: Strings): ReadableStream<Uint8Array> {
  return makeZip(withMissing(job, items, strings));
}

async function* withMissing(job: Job, items: readonly Item[], strings: Strings): AsyncGenerator<Entry> {
  const before = job.missing.length;
  yield* job.entries(items);
  const missing = job.missing.slice(before);
  if (!missing.length) return;
  const lines = missing.map(({ item, why }) => `${item.name}: ${whySentence(strings, why)}`);
  const text = [strings.t("save.missingIntro"), "", ...lines, ""].join("\r\n");
  yield { name: usableName(strings.t("save.missingFile"), "MISSING.txt"), input: text };
}

/** "Ada & Lin.zip", or "Ada & Lin - Part 1 of 3.zip". */
export function zipName(title: string, number: number, count: number, { t }: Strings): string {
  const part = count > 1 ? ` - ${t("save.part", { number, count })}` : "";
  return usableName(`${[...title].slice(0, 60).join("")}${part}`, "gallery") + ".zip";
}
