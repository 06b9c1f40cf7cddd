/** The locked page: one passphrase field, and a plain sentence for whatever is wrong. */

import { el, icon } from "./dom.ts";
import type { Page } from "./page.ts";
import type { Strings } from "./strings/index.ts";

export interface Door {
  /** Nothing can be tried here: a sentence, and a button if trying again may help. */
  blocked(sentence: string, retry?: () => void): void;
  /** Asks for the passphrase, or for the link where only that is missing. */
  ask(options?: { readonly sentence?: string; readonly linkOnly?: boolean }): void;
  working(): void;
  /** For a line below the form: how slow it may be, what was forgotten. */
  note(sentence: string): void;
  /** Empties the field. */
  clear(): void;
  hide(): void;
  /** What lies below the form, for the modules that add to the page. */
  readonly extras: HTMLElement;
}

export interface DoorActions {
  /** `text` is what was typed: a passphrase, or a whole link somebody pasted. */
  readonly submit: (text: string) => void;
}

const SLOW = 3000; // ms after which waiting needs a word

export function makeDoor(page: Page, strings: Strings, { submit }: DoorActions): Door {
  const { t } = strings;
  const root = document.getElementById("locked")!;
  const place = document.getElementById("door")!;
  const input = makeInput();
  const reveal = makeReveal(input, strings);
  const problem = el("p", { class: "problem", id: "problem", role: "alert" });
  const hint = el("p", { class: "hint", id: "hint" });
  const label = el("label", { for: "passphrase" });
  const button = el("button", { type: "submit", class: "open" });
  const status = el("p", { class: "status", role: "status" });
  const extras = el("div", { class: "extras" });
  const form = el("form", { novalidate: true, onsubmit: onSubmit },
    label, el("div", { class: "field" }, input, reveal), hint, problem, extras, button);
  const intro = el("p", { class: "intro" });
  const again = el("button", { type: "button", class: "open" }, t("action.retry"));
  const ask = document.getElementById("ask");
  if (ask) ask.textContent = page.studio ? t("locked.ask", { studio: page.studio }) : t("locked.askPlain");
  place.replaceChildren(el("h1", {}, t("locked.title")), intro, form, again, status, el("p", { class: "fine" }, t("locked.private")));
  let slow: ReturnType<typeof setTimeout> | undefined;

  function onSubmit(event: Event): void {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    if (input.value.trim()) submit(input.value);
    else complain(t("locked.empty"));
  }

  function complain(sentence: string): void {
    problem.textContent = sentence;
    input.setAttribute("aria-invalid", sentence ? "true" : "false");
    if (sentence) input.focus();
  }

  function show(what: { form: boolean; again: boolean }): void {
    clearTimeout(slow);
    root.hidden = false;
    form.hidden = !what.form;
    place.classList.remove("waiting");
    again.hidden = !what.again;
    status.textContent = "";
    button.removeAttribute("aria-disabled");
    button.textContent = t("locked.open");
  }

  function words(linkOnly: boolean): void {
    label.textContent = t(linkOnly ? "locked.link" : "locked.passphrase");
    hint.textContent = t(linkOnly ? "locked.linkHint" : "locked.passphraseHint");
    const passphraseIntro = page.studio ? t("locked.intro", { studio: page.studio }) : t("locked.introPlain");
    intro.textContent = linkOnly ? t(page.needsLink ? "offline.link" : "error.missingLink") : passphraseIntro;
  }

  // Until it is known what to ask, everything keeps its place unseen, so that nothing jumps when it appears.
  show({ form: true, again: false });
  words(false);
  place.classList.add("waiting");
  return {
    extras,
    blocked(sentence, retry) {
      show({ form: false, again: Boolean(retry) });
      intro.textContent = sentence;
      intro.setAttribute("role", "alert");
      again.onclick = retry ?? null;
      if (retry) again.focus();
    },
    ask({ sentence = "", linkOnly = false } = {}) {
      show({ form: true, again: false });
      words(linkOnly);
      complain(sentence);
      input.focus({ preventScroll: true });
    },
    working() {
      const waiting = place.classList.contains("waiting");
      show({ form: !form.hidden, again: false });
      place.classList.toggle("waiting", waiting);
      problem.textContent = "";
      button.textContent = t("locked.working");
      button.setAttribute("aria-disabled", "true");
      status.textContent = form.hidden || waiting ? t("locked.working") : "";
      slow = setTimeout(() => { status.textContent = t("locked.workingSlow"); }, SLOW);
    },
    note(sentence) {
      status.textContent = sentence;
    },
    clear() {
      input.value = "";
    },
    hide() {
      clearTimeout(slow);
      input.value = "";
      root.hidden = true;
    },
  };
}

/** Exactly one field, which password managers know. Nothing the browser does to text may change what is typed. */
function makeInput(): HTMLInputElement {
  return el("input", {
    id: "passphrase", type: "password", autocomplete: "current-password", autocapitalize: "none", autocorrect: "off",
    spellcheck: "false", enterkeyhint: "go", "aria-describedby": "hint problem", dir: "auto",
  });
}

function makeReveal(input: HTMLInputElement, { t }: Strings): HTMLButtonElement {
  const button = el("button", { type: "button", class: "reveal", "aria-pressed": "false", "aria-label": t("locked.reveal"), title: t("locked.reveal") }, icon("eye"));
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.title = t(shown ? "locked.conceal" : "locked.reveal");
    button.replaceChildren(icon(shown ? "hide" : "eye"));
  });
  return button;
}
