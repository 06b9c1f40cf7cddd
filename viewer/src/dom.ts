/** Elements without markup strings: whatever a person typed is text here, by construction. */

type Value = string | number | boolean | null | undefined | ((event: never) => void);
type Child = Node | string | null | undefined | false;

/** An element. `onclick` and the like are listeners; true sets an attribute, false and null leave it out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Readonly<Record<string, Value>> = {}, ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => Boolean(child)));
  return element;
}

const PATHS = {
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  next: "M9 5l7 7-7 7",
  previous: "M15 5l-7 7 7 7",
  down: "M6 9l6 6 6-6",
  up: "M6 15l6-6 6 6",
  heart: "M12 20s-7.5-4.6-7.5-10.2A4.3 4.3 0 0 1 12 7.2a4.3 4.3 0 0 1 7.5 2.6C19.5 15.4 12 20 12 20z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  choose: "M4.5 4.5h15v15h-15zM8.5 12.2l2.5 2.5 4.7-5.2",
  save: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14",
  share: "M12 15V4M8 7.5L12 3.5l4 4M6 11.5v8h12v-8",
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  full: "M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15",
  small: "M9 4.5V9H4.5M19.5 9H15V4.5M15 19.5V15h4.5M4.5 15H9v4.5",
  info: "M12 11v5.5M12 7.6h.01M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
  zoom: "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5M8 10.5h5M10.5 8v5",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z",
  hide: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM4 20L20 4",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  star: "M12 4l2.4 5.2 5.6.7-4.1 3.9 1 5.7-4.9-2.8-4.9 2.8 1-5.7L4 9.9l5.6-.7z",
  calendar: "M5 6.5h14v13H5zM5 10.5h14M8.5 4v4M15.5 4v4",
} as const;

export type IconName = keyof typeof PATHS;

const SVG = "http://www.w3.org/2000/svg";

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows an icon and says `label`. */
export function iconButton(name: IconName, label: string, onclick: (event: MouseEvent) => void, extra: Readonly<Record<string, Value>> = {}): HTMLButtonElement {
  return el("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick, ...extra }, icon(name));
}

/** Changes what an icon button shows and says. */
export function relabel(button: HTMLButtonElement, name: IconName, label: string): void {
  if (button.title === label) return;
  button.title = label;
  button.setAttribute("aria-label", label);
  button.replaceChildren(icon(name));
}

export const reducedMotion = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Says something to screen readers only. */
export function announce(message: string): void {
  region("say").textContent = message;
}

/** Says something to everybody, for a moment. */
export function toast(message: string): void {
  const place = region("toast");
  place.replaceChildren(el("span", {}, message));
  place.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => place.classList.remove("shown"), 5000);
}

/** Takes back what was said: it may be a caption, and the gallery is being locked. */
export function hush(): void {
  for (const id of ["say", "toast"]) document.getElementById(id)?.remove();
}

let timer: ReturnType<typeof setTimeout> | undefined;

function region(id: string): HTMLElement {
  // An open dialog makes the rest of the page inert, live regions included, so it needs them inside.
  const home = document.querySelector("dialog[open]") ?? document.body;
  const place = document.getElementById(id) ?? el("div", { id, role: "status" });
  if (place.parentElement !== home) home.append(place);
  return place;
}

/** A modal dialog: the browser keeps the focus inside and gives it back; Escape closes it. */
export function openDialog(title: string, closeLabel: string, ...content: readonly Child[]): HTMLDialogElement {
  const close = iconButton("close", closeLabel, () => dialog.close());
  const heading = el("h2", { id: "dialog-title" }, title);
  const dialog = el("dialog", { class: "sheet", "aria-labelledby": "dialog-title" }, el("header", {}, heading, close), ...content);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
