/** What the panel shows while something is being saved, when a tap is needed, and when it is over. */

import { el } from "../dom.ts";
import type { Strings } from "../strings/index.ts";
import type { Missing, Progress } from "./job.ts";
import type { Saving, State, Tap } from "./saving.ts";
import { whySentence } from "./words.ts";

export interface View {
  readonly element: HTMLElement;
  /** What takes the focus when this comes in place of another view. */
  readonly first: HTMLElement;
  update?(): void;
}

type Running = Extract<State, { at: "running" }>;

const NOTHING: Progress = { done: 0, total: 0, bytes: 0, size: 0, waiting: null, paused: false };

export function runningView(saving: Saving, strings: Strings): View {
  const { t } = strings;
  const headline = el("p", { class: "headline" });
  const bar = el("progress", { "aria-label": t("save.progressLabel") });
  const details = el("p", { class: "fine details" });
  const note = el("p", { class: "note", role: "status" });
  const pause = el("button", { type: "button", class: "open", onclick: () => (saving.progress?.paused ? saving.resume() : saving.pause()) });
  const cancel = el("button", { type: "button", class: "plain-button", onclick: () => saving.cancel() }, t("action.cancel"));
  const element = el("div", { class: "saving" },
    headline, bar, details, note, el("p", { class: "fine" }, `${t("save.keepOpen")} ${t("save.background")}`), el("div", { class: "actions" }, pause, cancel));
  const update = (): void => {
    const { state, progress } = saving;
    if (state.at !== "running" || !progress) return;
    headline.textContent = headlineOf(state, progress, strings);
    bar.max = progress.size || progress.total;
    bar.value = progress.size ? Math.min(progress.bytes, progress.size) : progress.done;
    set(details, detailsOf(state, progress, strings));
    set(note, noteOf(progress, strings));
    set(pause, t(progress.paused ? "save.resume" : "save.pause"));
    pause.hidden = state.way === "photos" || state.way === "file";
  };
  update();
  return { element, first: pause.hidden ? cancel : pause, update };
}

/** A text that stays the same is not said again. */
function set(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function headlineOf({ way, ready = 0 }: Running, { done, total }: Progress, { t }: Strings): string {
  return way === "photos" ? t("save.preparing", { done: ready, total }) : t("save.progress", { done, total });
}

function detailsOf({ number, count }: Running, { bytes, size }: Progress, strings: Strings): string {
  const { t } = strings;
  const amount = size ? t("save.progressBytes", { bytes: strings.bytes(bytes), size: strings.bytes(size) }) : "";
  return [amount, count > 1 ? t("save.part", { number, count }) : ""].filter(Boolean).join(" · ");
}

function noteOf({ paused, waiting }: Progress, { t }: Strings): string {
  if (paused) return t("save.paused");
  if (waiting) return t(waiting === "waiting" ? "save.waiting" : "save.retrying");
  return "";
}

export function tapView(saving: Saving, tap: Tap, strings: Strings): View {
  const { t } = strings;
  const button = el("button", { type: "button", class: "open", onclick: tap.take }, tapLabel(tap, strings));
  const cancel = el("button", { type: "button", class: "plain-button", onclick: () => saving.cancel() }, t("action.cancel"));
  const { done, total } = saving.progress ?? NOTHING;
  const so = tap.of === "photos" ? t("save.batch", { done, total }) : tapSentence(tap, strings);
  return { element: el("div", { class: "saving" }, el("p", { class: "headline" }, so), el("div", { class: "actions" }, button, cancel)), first: button };
}

export function tapSentence({ of, number, count, files }: Tap, { t }: Strings): string {
  if (of === "photos") return t("save.tapReady", { count: files });
  return count > 1 ? t("save.partReady", { number, count }) : t("save.ready");
}

function tapLabel({ of, number, count, size, files }: Tap, { t, bytes }: Strings): string {
  if (of === "photos") return t("save.tapReady", { count: files });
  return count > 1 ? t("save.partSave", { number, size: bytes(size) }) : t("save.readySave", { size: bytes(size) });
}

export interface OverActions {
  readonly close: () => void;
}

export function overView(saving: Saving, strings: Strings, { close }: OverActions): View {
  const { t } = strings;
  const fine = saving.state.at === "over" && saving.state.ending === "finished";
  const missing = fine ? saving.missing : [];
  const done = el("button", { type: "button", class: "open", onclick: close }, t("action.done"));
  const again = el("button", { type: "button", class: "open", onclick: () => saving.again() }, t("action.retry"));
  const rest = el("button", { type: "button", class: "open", onclick: () => saving.retryMissing() }, t("save.retryMissing"));
  const more = el("button", { type: "button", class: "plain-button", onclick: () => saving.reset() }, t("save.more"));
  const first = !fine ? again : missing.length ? rest : done;
  const element = el("div", { class: "saving" },
    el("p", { class: fine && !missing.length ? "headline" : "headline problem" }, endSentence(saving, strings)),
    missing.length ? missingList(missing, strings) : null,
    el("div", { class: "actions" }, first, more));
  return { element, first };
}

function missingList(missing: readonly Missing[], strings: Strings): HTMLElement {
  const lines = missing.map(({ item, why }) => el("li", {}, el("bdi", {}, item.name), `: ${whySentence(strings, why)}`));
  return el("ul", { class: "missing", tabindex: "0", role: "list", "aria-label": strings.t("save.missingIntro") }, ...lines);
}

const ENDINGS = {
  cancelled: "save.cancelled", failed: "save.failed", blocked: "save.blocked", refused: "save.shareRefused",
} as const;

/** The last word: how many of how many, or what went wrong. */
export function endSentence(saving: Saving, { t }: Strings): string {
  const { state } = saving;
  if (state.at !== "over") return "";
  if (state.ending === "damaged") return t("save.failedDamaged", { name: state.name });
  if (state.ending !== "finished") return t(ENDINGS[state.ending]);
  const { done, total } = saving.progress ?? NOTHING;
  const count = saving.missing.length;
  return count ? t("save.incomplete", { done, total, count }) : t("save.complete", { done, total });
}
