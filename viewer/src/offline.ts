/** The gallery from a folder or a stick: browsers do not let such a page read beside itself, so it asks for its folder. */

import { el } from "./dom.ts";
import type { Page } from "./page.ts";
import { parseGallery } from "./slots.ts";
import type { SourceSpec } from "./source.ts";
import type { Strings } from "./strings/index.ts";

/** Shows the question for the folder until one with this gallery was chosen. */
export function askFolder(page: Page, strings: Strings): Promise<SourceSpec> {
  const { t } = strings;
  const place = document.getElementById("door")!;
  const problem = el("p", { class: "problem", role: "alert" });
  // A label around a hidden input would be out of reach for the keyboard.
  const input = el("input", { type: "file", webkitdirectory: true, multiple: true, hidden: true });
  const button = el("button", { type: "button", class: "open", onclick: () => input.click() }, t("offline.choose"));
  place.replaceChildren(el("h1", {}, t("offline.folder")), el("p", { class: "intro" }, t("offline.folderHint")),
    problem, button, input, el("p", { class: "fine" }, t("locked.private")));
  if (!("webkitdirectory" in input) || matchMedia("(pointer: coarse) and (hover: none)").matches) {
    button.hidden = true;
    problem.textContent = t("offline.browser");
  }
  return new Promise((resolve) => {
    input.addEventListener("change", () => void choose());
    button.focus();
    async function choose(): Promise<void> {
      const files = await galleryFiles([...input.files ?? []], page.gallery);
      input.value = "";
      if (files.length) resolve({ kind: "files", files });
      else problem.textContent = t("offline.wrongFolder");
    }
  });
}

/** The files of the folder in which this gallery's gallery.json lies; none if there is none. Somebody may have chosen a folder around it. */
export async function galleryFiles(files: readonly File[], gallery: string): Promise<File[]> {
  for (const file of files) {
    if (file.name !== "gallery.json" || !(await isOf(file, gallery))) continue;
    const folder = file.webkitRelativePath.slice(0, -file.name.length);
    return files.filter(({ webkitRelativePath }) => webkitRelativePath.startsWith(folder));
  }
  return [];
}

async function isOf(file: File, gallery: string): Promise<boolean> {
  try {
    return parseGallery(new Uint8Array(await file.arrayBuffer()), gallery).gallery === gallery;
  } catch {
    return false;
  }
}
