/** The page's story: take the secrets from the address, ask for the passphrase, open, and forget everything when it is over. */

import type { Bytes } from "./codec.ts";
import { english, load, type Strings } from "./strings/index.ts";
import { Failure, isAbort, kindOf } from "./failures.ts";
import { type Brought, keepLink, parseFragment, spendLink, takeFragment } from "./fragment.ts";
import { type Gallery, openGallery } from "./gallery.ts";
import { hasWebAssembly } from "./kdf-support.ts";
import { obstacle, type Page, readPage } from "./page.ts";
import { readClock, type Session, SHARED_RIGHTS, sharedManifest } from "./session.ts";
import { type Door, makeDoor } from "./unlock.ts";
import { type Opened, openVault, type Vault } from "./vault.ts";
import { gallerySentence } from "./words.ts";

class App {
  readonly #page: Page;
  readonly #strings: Strings;
  readonly #door: Door;
  #brought: Brought;
  #vault: Vault | null = null;
  #begun: Promise<{ hostTime: number | null }> | null = null;
  #gallery: Gallery | null = null;

  constructor(page: Page, strings: Strings, brought: Brought) {
    this.#page = page;
    this.#strings = strings;
    this.#brought = brought;
    this.#door = makeDoor(page, strings, { submit: (text) => void this.#submit(text) });
    addEventListener("hashchange", () => this.#onHash());
    addEventListener("pagehide", () => this.#wipe());
    // The page comes back from the back/forward cache as it was left, and it was left wiped.
    addEventListener("pageshow", (event) => { if (event.persisted) void this.start(); });
  }

  /** From the locked page to an open gallery, as far as what was brought along leads. */
  async start(): Promise<void> {
    const { link, views, broken, spent } = this.#brought;
    this.#begin();
    if (views) return this.#openShared(views);
    if (link) return this.#openWithLink(link);
    if (await this.#ready()) this.#ask(broken ? this.#strings.t("error.brokenLink") : "", broken || spent);
  }

  /** Starts the worker and fetches gallery.json while somebody types. */
  #begin(): void {
    const spec = { kind: "http", galleryFile: this.#page.galleryFile } as const;
    const vault = openVault();
    this.#begun = vault.then((opened) => {
      this.#vault = opened;
      return opened.begin(this.#page.gallery, spec);
    });
    // Whoever awaits it says what is wrong; until then it is not "unhandled".
    this.#begun.catch(() => undefined);
  }

  /** False if there is no gallery to open; the page says why. */
  async #ready(): Promise<boolean> {
    try {
      await this.#begun;
      return true;
    } catch (error) {
      if (isAbort(error)) return false;
      const again = ["offline", "host", "html", "malformed", "tampered", "missing"].includes(kindOf(error));
      this.#door.blocked(gallerySentence(this.#strings, error), again ? () => void this.#restart() : undefined);
      return false;
    }
  }

  async #restart(): Promise<void> {
    this.#wipe();
    await this.start();
  }

  #ask(sentence = "", linkOnly = false): void {
    this.#door.ask({ sentence, linkOnly });
    if (!hasWebAssembly()) this.#door.note(this.#strings.t("error.noWasm"));
  }

  async #openWithLink(link: Bytes): Promise<void> {
    this.#door.working();
    if (!(await this.#ready())) return;
    await this.#attempt(async (vault) => {
      const opened = await vault.unlock(link, null);
      spendLink();
      this.#brought = { ...this.#brought, link: null, spent: true };
      return opened;
    }, (error) => {
      // Nothing is wrong yet: this grant wants its passphrase, too.
      if (kindOf(error) === "no match") this.#ask();
      else this.#fail(error);
    });
  }

  async #submit(text: string): Promise<void> {
    const pasted = /#\S+$/.exec(text.trim());
    if (pasted) return this.#takePasted(text.trim(), pasted[0]);
    this.#door.working();
    if (!(await this.#ready())) return;
    await this.#attempt((vault) => vault.unlock(this.#brought.link, text), (error) => this.#fail(error));
  }

  /** Somebody pasted the whole link, as the page asks for where it got lost on the way. */
  async #takePasted(text: string, hash: string): Promise<void> {
    const found = parseFragment(hash);
    const elsewhere = /\/g\/([a-z2-7]{16})\//.exec(text)?.[1];
    if (elsewhere !== undefined && elsewhere !== this.#page.gallery) return this.#ask(this.#strings.t("error.linkElsewhere"), true);
    if (found.broken || (!found.link && !found.views)) return this.#ask(this.#strings.t("error.brokenLink"), true);
    this.#brought = { ...found, spent: false };
    if (found.link) keepLink(found.link);
    this.#door.clear();
    await this.#restart();
  }

  async #openShared(views: readonly Bytes[]): Promise<void> {
    this.#door.working();
    if (!(await this.#ready())) return;
    spendLink();
    try {
      const headers = await this.#vault!.share(views);
      if (!headers.length) throw new Failure("missing");
      const title = this.#strings.t("shared.title", { count: headers.length });
      const manifest = sharedManifest(this.#page.gallery, headers, title, this.#page.studio);
      await this.#open({ manifest, rights: SHARED_RIGHTS, reply: null }, { gone: views.length - headers.length });
    } catch (error) {
      if (isAbort(error)) return;
      const sentence = kindOf(error) === "missing" ? this.#strings.t("shared.gone") : gallerySentence(this.#strings, error);
      this.#door.blocked(sentence, kindOf(error) === "offline" ? () => void this.#restart() : undefined);
    }
  }

  async #attempt(open: (vault: Vault) => Promise<Opened>, fail: (error: unknown) => void): Promise<void> {
    if (!this.#vault) return;
    try {
      await this.#open(await open(this.#vault), null);
    } catch (error) {
      if (!isAbort(error)) fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#ask(gallerySentence(this.#strings, error));
  }

  async #open({ manifest, rights, reply }: Opened, shared: Session["shared"]): Promise<void> {
    const hostTime = (await this.#begun)?.hostTime ?? null;
    if (!this.#vault) return;
    const session: Session = {
      page: this.#page, strings: this.#strings, vault: this.#vault, manifest, rights, reply, shared,
      ...readClock(Date.now(), hostTime), lock: (why) => this.#lock(why),
    };
    this.#door.hide();
    this.#gallery = openGallery(session);
    const { photo } = this.#brought;
    this.#brought = { ...this.#brought, photo: null };
    if (photo) await this.#gallery.openPhoto(photo);
  }

  /** Locks at somebody's wish or after idleness: everything decrypted is forgotten, and the page asks again. */
  #lock(why?: "idle"): void {
    this.#wipe();
    scrollTo({ top: 0, behavior: "instant" });
    this.#begin();
    void this.#ready().then((ready) => {
      if (!ready) return;
      this.#ask("", this.#brought.spent);
      this.#door.note(this.#strings.t(why === "idle" ? "gallery.idle" : "gallery.locked"));
    });
  }

  /** Keys die with the worker, pictures with their addresses, names with the elements that show them. */
  #wipe(): void {
    this.#gallery?.destroy();
    this.#gallery = null;
    this.#vault?.close();
    this.#vault = null;
    this.#begun = null;
  }

  /** Another link was pasted into the address bar while the page was open. */
  #onHash(): void {
    const { link, views, broken } = parseFragment(location.hash);
    if (!link && !views && !broken) return;
    this.#brought = takeFragment();
    void this.#restart();
  }
}

async function main(): Promise<void> {
  const page = readPage();
  const brought = takeFragment();
  const impossible = obstacle();
  const strings = impossible === "error.browser" ? english : await load([...navigator.languages, page.language]);
  document.documentElement.lang = strings.language;
  document.documentElement.dir = strings.dir;
  if (impossible) return makeDoor(page, strings, { submit: () => undefined }).blocked(strings.t(impossible));
  await new App(page, strings, brought).start();
}

void main();
