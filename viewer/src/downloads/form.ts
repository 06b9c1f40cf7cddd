/** The choice of what to save and in which size. */

import { el } from "../dom.ts";
import type { Session } from "../session.ts";
import { type Item, itemsFor, portions, type Size, sizeOf, sizesOffered } from "./plan.ts";
import { BATCH } from "./saving.ts";

export interface FormOptions {
  readonly session: Session;
  /** What somebody has chosen; a single photo has a form of its own. Empty if nothing. */
  readonly chosen: readonly number[];
  /** Bytes of a ZIP that has to fit into memory; null if none has to. */
  readonly partLimit: number | null;
  readonly sharesFiles: boolean;
  readonly zip: (items: Item[]) => void;
  readonly file: (item: Item) => void;
  readonly photos: (items: Item[]) => void;
}

interface Scope {
  readonly label: string;
  readonly photos: readonly number[];
}

export function makeForm(options: FormOptions): HTMLElement {
  const { session: { strings: { t }, rights } } = options;
  const scopes = scopesOf(options);
  const sizes = sizesOffered(rights);
  let scope = scopes[0]!;
  let size: Size = sizes[0] ?? "web";
  const single = options.chosen.length === 1;
  const estimate = el("p", { class: "estimate", role: "status" });
  const items = (): Item[] => itemsFor(options.session.manifest, scope.photos, size);
  const update = (): void => { estimate.textContent = estimateOf(options, items()); };

  const what = single ? null : choice(t("save.what"), "what", scopes.map(({ label }) => ({ label, hint: "" })), (at) => {
    scope = scopes[at] ?? scope;
    update();
  });
  const sizeLabels = { original: ["save.original", "save.originalHint"], web: ["save.web", "save.webHint"] } as const;
  const which = sizes.length < 2 ? el("p", { class: "fine" }, t("save.webOnly"))
    : choice(t("save.size"), "size", sizes.map((each) => ({ label: t(sizeLabels[each][0]), hint: t(sizeLabels[each][1]) })), (at) => {
      size = sizes[at] ?? size;
      update();
    });
  const photos = el("button", { type: "button", class: "plain-button to-photos", onclick: () => options.photos(items()) }, t("save.toPhotos"));
  const start = el("button", { type: "submit", class: "open" }, t(single ? "action.save" : "save.start"));
  update();
  return el("form", { class: "save", onsubmit: submit },
    what, which, estimate, el("div", { class: "actions" }, start, options.sharesFiles ? photos : null),
    options.sharesFiles && !single ? el("p", { class: "fine" }, `${t("save.toPhotos")}: ${t("save.toPhotosHint", { count: BATCH })}`) : null);

  function submit(event: Event): void {
    event.preventDefault();
    const [first, ...others] = items();
    if (!first) return;
    if (single && !others.length) options.file(first);
    else options.zip([first, ...others]);
  }
}

function scopesOf({ session: { manifest, strings: { t } }, chosen }: FormOptions): Scope[] {
  const everything = { label: t("save.everything"), photos: manifest.photos.map(({ index }) => index) };
  const titled = manifest.sections.filter(({ title, photos }) => title && photos.length);
  const sections = titled.length > 1 ? titled.map(({ title, photos }) => ({ label: t("save.thisSection", { section: title }), photos })) : [];
  return [...(chosen.length ? [{ label: t("save.chosen", { count: chosen.length }), photos: chosen }] : []), everything, ...sections];
}

function estimateOf({ session: { strings: { t, bytes } }, partLimit }: FormOptions, items: readonly Item[]): string {
  const total = sizeOf(items);
  if (!items.every(({ size }) => size)) return t("gallery.photos", { count: items.length });
  const about = t("save.estimate", { count: items.length, size: bytes(total) });
  const parts = partLimit === null ? 1 : portions(items, partLimit).length;
  return parts > 1 ? `${about}, ${t("save.parts", { count: parts })}` : about;
}

/** Radio buttons, the first one chosen. */
function choice(
  legend: string, name: string, labels: readonly { readonly label: string; readonly hint: string }[], chosen: (at: number) => void,
): HTMLFieldSetElement {
  const rows = labels.map(({ label, hint }, at) => el("label", {},
    el("input", { type: "radio", name, checked: at === 0, onchange: () => chosen(at) }),
    el("span", { dir: "auto" }, label, hint ? el("small", {}, hint) : null)));
  return el("fieldset", {}, el("legend", {}, legend), ...rows);
}
