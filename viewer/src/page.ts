/** What the page itself says: which gallery, whose studio. Nothing about the client. */

export interface Page {
  readonly gallery: string;
  readonly studio: string;
  readonly language: string;
  /** The site's root and gallery.json, as absolute addresses. */
  readonly root: string;
  readonly galleryFile: string;
  /** Where the gallery is on the web, without a fragment: for links that are made here, in an offline copy, too. */
  readonly address: string;
  /** It opens with a link only, and this page (an offline copy) comes without one. */
  readonly needsLink: boolean;
  /** An offline copy that was made without the full-size photos. */
  readonly webSizeOnly: boolean;
}

export function readPage(): Page {
  const { dataset, lang } = document.documentElement;
  const here = document.baseURI.replace(/[?#].*$/, "");
  return {
    gallery: dataset["gallery"] ?? "",
    studio: dataset["studio"] ?? "",
    language: lang,
    root: new URL(dataset["root"] ?? "./", document.baseURI).href,
    galleryFile: new URL("gallery.json", here).href,
    address: dataset["address"] ?? here,
    needsLink: dataset["needs"] === "link",
    webSizeOnly: dataset["size"] === "web",
  };
}

/** Why this browser cannot open anything here, before a line of it is tried; null if it can. */
export function obstacle(): "error.insecure" | "error.browser" | null {
  if (!globalThis.isSecureContext) return "error.insecure";
  const needed = [globalThis.crypto?.subtle, globalThis.ReadableStream, globalThis.HTMLDialogElement, globalThis.ResizeObserver];
  return needed.every(Boolean) ? null : "error.browser";
}
