/** The panel for saving: a dialog that may be closed and opened again while it works. */

import { announce, openDialog, toast } from "../dom.ts";
import type { Session } from "../session.ts";
import { makeForm } from "./form.ts";
import { browserOutside, sharesFiles } from "./outside.ts";
import { browserWorld } from "./patience.ts";
import { Saving } from "./saving.ts";
import { endSentence, overView, runningView, tapSentence, tapView, type View } from "./views.ts";

export interface Panel {
  /** Opens the panel; `chosen` photos are offered first. */
  open(chosen: readonly number[]): void;
  destroy(): void;
}

/** `badge` gets a few characters for the button in the bar while something is being saved, "" when it is over. */
export function makePanel(session: Session, badge: (text: string) => void): Panel {
  const { strings, manifest } = session;
  const { t } = strings;
  const outside = browserOutside(strings);
  const saving = new Saving({ title: manifest.title, strings, store: session.vault, world: browserWorld, outside, changed });
  let dialog: HTMLDialogElement | null = null;
  let view: View | null = null;
  let shown: unknown = null;
  let chosen: readonly number[] = [];
  let frame = 0;
  let told = 0;
  let endSeen = true;

  function changed(): void {
    cancelAnimationFrame(frame);
    // Hidden pages get no frames, but have to learn of the end, too.
    if (document.hidden || !saving.active) return render();
    frame = requestAnimationFrame(render);
  }

  function render(): void {
    const { state } = saving;
    endSeen = saving.state.at !== "over" || dialog !== null;
    badge(badgeText());
    const kind = state.at === "running" ? "running" : state;
    if (kind !== shown) {
      shown = kind;
      if (dialog) replace(dialog);
      if (dialog && state.at === "over") announce(endSentence(saving, strings));
      if (dialog) return;
      if (state.at === "tap") toast(tapSentence(state.tap, strings));
      else if (state.at === "over") toast(endSentence(saving, strings));
      return;
    }
    view?.update?.();
    tellProgress();
  }

  function badgeText(): string {
    const { state, progress } = saving;
    if (state.at === "tap" || !endSeen) return "!";
    if (state.at !== "running" || !progress) return "";
    const share = progress.size ? progress.bytes / progress.size : progress.done / Math.max(1, progress.total);
    return `${strings.number(Math.floor(share * 100))} %`;
  }

  /** Screen readers hear of every quarter, not of every photo. */
  function tellProgress(): void {
    const { progress, state } = saving;
    const quarter = progress && state.at === "running" ? Math.floor((4 * progress.done) / Math.max(1, progress.total)) : 0;
    if (progress && quarter > told && quarter < 4) announce(t("save.progress", { done: progress.done, total: progress.total }));
    told = quarter;
  }

  function replace(home: HTMLDialogElement): void {
    const focused = home.contains(document.activeElement) && view !== null;
    const next = makeView();
    if (view) view.element.replaceWith(next.element);
    else home.append(next.element);
    view = next;
    if (focused) next.first.focus();
  }

  function focusFirst(): void {
    view?.first.focus({ preventScroll: true });
  }

  function makeView(): View {
    const { state } = saving;
    if (state.at === "running") return runningView(saving, strings);
    if (state.at === "tap") return tapView(saving, state.tap, strings);
    if (state.at === "over") return overView(saving, strings, { close: () => dialog?.close() });
    const element = makeForm({
      session, chosen, partLimit: outside.ways[0] === "parts" ? outside.partLimit : null, sharesFiles: sharesFiles(),
      zip: (items) => void saving.zip(items), file: (item) => void saving.file(item), photos: (items) => void saving.photos(items),
    });
    return { element, first: element.querySelector<HTMLElement>("input, button")! };
  }

  return {
    open(wanted) {
      if (dialog) return;
      chosen = wanted;
      if (endSeen) saving.reset();
      dialog = openDialog(t(chosen.length === 1 ? "save.photo" : "save.title"), t("action.close"));
      dialog.classList.add("downloads");
      dialog.addEventListener("close", () => {
        dialog = null;
        view = null;
      });
      shown = null;
      render();
      focusFirst();
    },
    destroy() {
      saving.cancel();
      cancelAnimationFrame(frame);
      dialog?.close();
    },
  };
}
