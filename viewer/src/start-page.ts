/** The page that opens an offline copy. It knows the studio and the gallery's id, and no secret. Pure, but for the text it is given. */

import type { Session } from "./session.ts";

/** Pages from a folder have no origin of their own, so their scripts are allowed by the scheme; nothing may be fetched at all. */
const POLICY = [
  "default-src 'none'", "script-src file: 'wasm-unsafe-eval'", "style-src file:", "img-src blob:", "media-src blob:",
  "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types soga",
].join("; ");

type Known = Pick<Session, "page" | "byLink"> & { readonly strings: Pick<Session["strings"], "language" | "dir" | "t"> };

/** `originals`: the full-size photos are in the copy, too. */
export function startPage({ page, byLink, strings: { language, dir, t } }: Known, originals: boolean): string {
  const data: Record<string, string> = {
    lang: page.language || language, dir, "data-gallery": page.gallery, "data-studio": page.studio, "data-root": page.root,
    "data-address": page.address, ...(byLink ? { "data-needs": "link" } : {}), ...(originals ? {} : { "data-size": "web" }),
  };
  const attributes = Object.entries(data).map(([name, value]) => `${name}="${escape(value)}"`).join(" ");
  return `<!doctype html>
<html ${attributes}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escape(page.studio || t("locked.title"))}</title>
<link rel="stylesheet" href="viewer/viewer.css">
<script defer src="viewer/offline.js"></script>
</head>
<body>
<main id="locked" class="locked">
<header><p class="studio"><a href="${escape(page.root)}">${escape(page.studio)}</a></p></header>
<div id="door" class="door"><noscript><p>${escape(t("offline.noScript"))}</p></noscript></div>
<footer><p id="ask"></p></footer>
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
