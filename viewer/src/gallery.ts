/** The opened gallery: cover, chapters, grid, footer; opens photos and is gone without a trace when it is locked. */

import { makeBar } from "./bar.ts";
import { makeCover } from "./cover.ts";
import { announce, el, toast } from "./dom.ts";
import type { Extras } from "./extras.ts";
import { Failure } from "./failures.ts";
import { atPhoto, pushPhoto, replacePhoto } from "./fragment.ts";
import { Grid } from "./grid.ts";
import type { Lightbox } from "./lightbox/lightbox.ts";
import { seenRevision } from "./revision.ts";
import { daysUntil, type Session } from "./session.ts";
import { Thumbs } from "./thumbs.ts";
import { gallerySentence } from "./words.ts";

export interface Gallery {
  /** Opens the photo with this short id, if there is one. */
  openPhoto(id: string): Promise<void>;
  destroy(): void;
}

const LIGHTBOX_AHEAD = 1500; // ms after the gallery has opened

export function openGallery(session: Session): Gallery {
  const { manifest, strings } = session;
  const { t } = strings;
  const thumbs = new Thumbs(session.vault);
  const grid = new Grid(manifest, thumbs, strings, {
    open: (index, event) => { if (!extras?.tap(index, event)) void tryShow(index); },
    decorate: (index, tile) => extras?.decorate(index, tile),
    key: (index, event) => extras?.key(index, event),
  });
  const cover = makeCover(session);
  const bar = makeBar(session, grid);
  const root = el("main", { id: "gallery", class: "gallery", tabindex: "-1" },
    cover.element, bar.element, ...notices(session), grid.element,
    manifest.photos.length ? null : el("p", { class: "empty" }, t("gallery.empty")), makeFooter(session));
  let lightbox: Lightbox | null = null;
  let extras: Extras | null = null;
  let closed = false;

  /** The lightbox's own code comes over the network, too. */
  async function tryShow(index: number): Promise<void> {
    try {
      await show(index);
    } catch (error) {
      if (!closed) toast(gallerySentence(strings, new Failure("offline", String(error))));
    }
  }

  async function show(index: number): Promise<void> {
    const [{ openLightbox }, id] = await Promise.all([import("./lightbox/lightbox.ts"), session.vault.photoId(index)]);
    if (closed || lightbox) return;
    if (atPhoto()) replacePhoto(id);
    else pushPhoto(id);
    lightbox = openLightbox({
      session, thumbs, order: grid.order, index, tools: extras?.lightboxTools() ?? [],
      tileOf: (at) => grid.tile(at),
      moved: (at) => void session.vault.photoId(at).then((name) => { if (lightbox) replacePhoto(name); }),
      closed: (at) => {
        lightbox = null;
        if (atPhoto()) history.back();
        if (!closed) grid.focus(at);
      },
    });
  }

  const onPop = (): void => {
    if (!atPhoto()) lightbox?.close();
  };
  addEventListener("popstate", onPop);
  document.body.append(root);
  grid.mount();
  document.title = session.shared ? session.page.studio : manifest.title || session.page.studio;
  root.focus({ preventScroll: true });
  announce(t("gallery.unlocked"));
  // While one looks around, so that the first tap opens a photo at once; if it fails, the tap tries again.
  const ahead = setTimeout(() => void import("./lightbox/lightbox.ts").catch(() => undefined), LIGHTBOX_AHEAD);
  // After the first photos: hearts and buttons may come a moment later, and without them the gallery still shows its photos.
  import("./extras.ts").then(({ mountExtras }) => {
    if (!closed) extras = mountExtras({ session, grid, bar: bar.tools, page: root });
    grid.refresh();
  }).catch((error: unknown) => console.warn("extras:", error));

  return {
    async openPhoto(id) {
      const index = await session.vault.findPhoto(id);
      if (index !== null) await tryShow(index);
    },
    destroy() {
      closed = true;
      clearTimeout(ahead);
      removeEventListener("popstate", onPop);
      lightbox?.destroy();
      extras?.destroy();
      bar.destroy();
      cover.destroy();
      grid.destroy();
      thumbs.clear();
      root.remove();
      for (const dialog of document.querySelectorAll("dialog")) dialog.remove();
      document.title = session.page.studio;
    },
  };
}

/** What somebody should know before looking: an older copy, an end that has passed, a wrong clock. */
function notices(session: Session): HTMLElement[] {
  const { manifest, rights, strings: { t, day }, today, clockWrong, shared } = session;
  const sentences: string[] = [];
  if (!shared && seenRevision(manifest.gallery, manifest.revision)) sentences.push(t("gallery.older"));
  if (clockWrong) sentences.push(t("gallery.clockWrong"));
  if (rights.until !== undefined && daysUntil(rights.until, today) < 0) sentences.push(t("gallery.accessEnded", { day: day(rights.until) }));
  else if (manifest.retainUntil !== undefined && daysUntil(manifest.retainUntil, today) < 0) sentences.push(t("gallery.ended", { day: day(manifest.retainUntil) }));
  if (shared?.gone) sentences.push(t("shared.some", { count: shared.gone }));
  return sentences.map((sentence) => el("p", { class: "notice", role: "note" }, sentence));
}

function makeFooter({ page, manifest: { studio }, strings: { t } }: Session): HTMLElement {
  const name = studio.name || page.studio;
  return el("footer", { class: "foot" },
    el("p", { class: "studio" }, el("a", { href: page.root }, name)),
    el("address", {},
      studio.email ? el("a", { href: `mailto:${studio.email}` }, studio.email) : null,
      studio.phone ? el("a", { href: `tel:${studio.phone.replace(/[^+\d]/g, "")}`, dir: "ltr" }, studio.phone) : null),
    el("p", { class: "fine" }, t("locked.private")));
}
