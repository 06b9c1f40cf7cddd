/** The page's story: take the secrets from the address, ask for the passphrase, open, and forget everything when it is over. */

import type { Bytes } from "./codec.ts";
import { english, load, type Strings } from "./strings/index.ts";
import { Failure, isAbort, kindOf } from "./failures.ts";
import { type DeviceDoor, makeDeviceDoor, rememberAloud } from "./device-door.ts";
import { hush } from "./dom.ts";
import { type Brought, dropLink, keepHeld, keepLink, parseFragment, spendLink, takeFragment } from "./fragment.ts";
import { type Gallery, openGallery } from "./gallery.ts";
import { watchIdle } from "./idle.ts";
import { inAppBrowser, showInAppHint, wholeLink } from "./inapp.ts";
import { hasWebAssembly } from "./kdf-support.ts";
import { Memory } from "./memory.ts";
import { obstacle, type Page, readPage } from "./page.ts";
import { aborted } from "./rpc.ts";
import { readClock, type Session, SHARED_RIGHTS, sharedManifest } from "./session.ts";
import type { SourceSpec } from "./source.ts";
import { type Door, makeDoor } from "./unlock.ts";
import { type Opened, openVault, type Vault } from "./vault.ts";
import { gallerySentence } from "./words.ts";

const LOCKED = { wish: "gallery.locked", idle: "gallery.idle", forgotten: "device.forgottenAll" } as const;

class App {
  readonly #page: Page;
  readonly #strings: Strings;
  readonly #door: Door;
  readonly #source: SourceSpec;
  readonly #memory: Memory;
  readonly #deviceDoor: DeviceDoor;
  #brought: Brought;
  #vault: Vault | null = null;
  #begun: Promise<{ hostTime: number | null }> | null = null;
  #gallery: Gallery | null = null;
  #stopIdle = (): void => {};

  constructor(page: Page, strings: Strings, brought: Brought, source: SourceSpec) {
    this.#page = page;
    this.#strings = strings;
    this.#brought = brought;
    this.#source = source;
    this.#memory = new Memory(page.gallery);
    this.#door = makeDoor(page, strings, { submit: (text) => void this.#submit(text) });
    this.#deviceDoor = makeDeviceDoor(strings, { open: () => void this.#openWithDevice(), forget: () => void this.#forget() });
    this.#door.extras.append(this.#deviceDoor.element);
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
    if (!(await this.#ready()) || (!broken && await this.#reopen())) return;
    this.#ask(broken ? this.#strings.t("error.brokenLink") : "", broken || spent || this.#page.needsLink);
  }

  /** Starts the worker and fetches gallery.json while somebody types. */
  #begin(): void {
    const begun = openVault().then(async (vault) => {
      if (this.#begun !== begun) {
        vault.close();
        throw aborted();
      }
      this.#vault = vault;
      const host = await vault.begin(this.#page.gallery, this.#source);
      await this.#memory.look(readClock(Date.now(), host.hostTime).today);
      return host;
    });
    this.#begun = begun;
    // Whoever awaits it says what is wrong; until then it is not "unhandled".
    begun.catch(() => undefined);
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
    this.#deviceDoor.show(this.#memory.until, !linkOnly);
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
    }, async (error) => {
      // Nothing is wrong yet: this grant wants its passphrase, too.
      if (kindOf(error) !== "no match") this.#fail(error);
      else if (!(await this.#reopen())) this.#ask();
    });
  }

  /** Opens with what this device remembers, unless somebody locked it here; false if the page has to ask. */
  async #reopen(link = this.#brought.link): Promise<boolean> {
    if (this.#brought.held || !this.#vault) return false;
    try {
      const opened = await this.#memory.reopen(this.#vault, link);
      if (!opened) return false;
      await this.#open(opened, null);
      return true;
    } catch (error) {
      if (isAbort(error)) return true;
      // The studio has given this grant other keys, or the record is damaged: it is of no use any more.
      if (["missing", "tampered", "malformed"].includes(kindOf(error))) await this.#memory.forget();
      this.#ask(kindOf(error) === "offline" ? gallerySentence(this.#strings, error) : this.#strings.t("device.renewed"));
      return true;
    }
  }

  async #openWithDevice(): Promise<void> {
    this.#brought = { ...this.#brought, held: false };
    this.#door.working();
    // Whoever asks for it by hand means this device, whatever link came along.
    if (await this.#ready() && !(await this.#reopen(null))) this.#ask();
  }

  async #forget(): Promise<void> {
    await this.#memory.forget();
    this.#ask("", this.#brought.spent);
    this.#door.note(this.#strings.t("device.forgotten"));
  }

  async #submit(text: string): Promise<void> {
    const pasted = /#\S+$/.exec(text.trim());
    if (pasted) return this.#takePasted(text.trim(), pasted[0]);
    this.#door.working();
    if (!(await this.#ready())) return;
    const wanted = this.#deviceDoor.wanted;
    await this.#attempt((vault) => vault.unlock(this.#brought.link, text), (error) => this.#fail(error), wanted);
  }

  /** Somebody pasted the whole link, as the page asks for where it got lost on the way. */
  async #takePasted(text: string, hash: string): Promise<void> {
    const found = parseFragment(hash);
    const elsewhere = /\/g\/([a-z2-7]{16})\//.exec(text)?.[1];
    if (elsewhere !== undefined && elsewhere !== this.#page.gallery) return this.#ask(this.#strings.t("error.linkElsewhere"), true);
    if (found.broken || (!found.link && !found.views)) return this.#ask(this.#strings.t("error.brokenLink"), true);
    this.#brought = { ...found, spent: false, held: false };
    if (found.link) keepLink(found.link);
    this.#door.clear();
    await this.#restart();
  }

  async #openShared(views: readonly Bytes[]): Promise<void> {
    this.#door.working();
    if (!(await this.#ready())) return;
    spendLink();
    // Like a link that opens by itself: what opened once does not stay behind.
    this.#brought = { ...this.#brought, views: null, spent: true };
    try {
      const headers = await this.#vault!.share(views);
      if (!headers.length) throw new Failure("missing");
      const title = this.#strings.t("shared.title", { count: headers.length });
      const manifest = sharedManifest(this.#page.gallery, headers, title, this.#page.studio);
      await this.#open({ manifest, rights: SHARED_RIGHTS, reply: null }, { gone: views.length - headers.length });
    } catch (error) {
      if (isAbort(error)) return;
      const sentence = kindOf(error) === "missing" ? this.#strings.t("shared.gone") : gallerySentence(this.#strings, error);
      this.#door.blocked(sentence, kindOf(error) === "offline" ? () => void this.#retryShared(views) : undefined);
    }
  }

  async #retryShared(views: readonly Bytes[]): Promise<void> {
    this.#brought = { ...this.#brought, views };
    await this.#restart();
  }

  async #attempt(open: (vault: Vault) => Promise<Opened>, fail: (error: unknown) => void | Promise<void>, keep = false): Promise<void> {
    if (!this.#vault) return;
    try {
      await this.#open(await open(this.#vault), null, keep);
    } catch (error) {
      if (!isAbort(error)) await fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#ask(gallerySentence(this.#strings, error, this.#brought.link !== null));
  }

  /** `keep`: this device is to be remembered. */
  async #open(opened: Opened, shared: Session["shared"], keep = false): Promise<void> {
    const hostTime = (await this.#begun)?.hostTime ?? null;
    if (!this.#vault) return;
    const clock = readClock(Date.now(), hostTime);
    const rights = this.#page.webSizeOnly && opened.rights.downloads === "original" ? { ...opened.rights, downloads: "display" as const } : opened.rights;
    const { link, spent } = this.#brought;
    const device = this.#memory.device(this.#vault, opened, clock.today, link ?? (spent ? "spent" : null), () => this.#forgotten());
    const vault = this.#vault;
    const strings = await load([opened.manifest.language, ...preferred(this.#page)]);
    if (this.#vault !== vault) return;
    speak(strings);
    const session: Session = {
      page: this.#page, strings, vault, ...opened, rights, shared, ...clock, device,
      byLink: link !== null || spent || this.#memory.byLink, lock: (why) => this.#lock(why),
    };
    if (this.#brought.held) keepHeld(false);
    this.#door.hide();
    this.#gallery = openGallery(session);
    this.#stopIdle = watchIdle(() => this.#lock("idle"));
    const { photo } = this.#brought;
    this.#brought = { ...this.#brought, photo: null, held: false };
    if (photo) await this.#gallery.openPhoto(photo);
    if (keep) await rememberAloud(session);
  }

  /** Locks at somebody's wish or after idleness: everything decrypted is forgotten, and the page asks again. */
  #lock(why?: keyof typeof LOCKED): void {
    this.#wipe();
    keepHeld(true);
    this.#brought = { ...this.#brought, held: true };
    scrollTo({ top: 0, behavior: "instant" });
    this.#begin();
    void this.#ready().then((ready) => {
      if (!ready) return;
      this.#ask("", this.#brought.spent);
      this.#door.note(this.#strings.t(LOCKED[why ?? "wish"]));
    });
  }

  /** Everything of every gallery was forgotten, so this one's link is, too. */
  #forgotten(): void {
    this.#brought = { ...this.#brought, link: null };
    this.#lock("forgotten");
    dropLink();
  }

  /** Keys die with the worker, pictures with their addresses, names with the elements that show them. */
  #wipe(): void {
    this.#stopIdle();
    this.#gallery?.destroy();
    this.#gallery = null;
    speak(this.#strings);
    hush();
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

/** What a visitor reads: the browser's languages, then the studio's. An opened gallery may have a language of its own. */
const preferred = (page: Page): readonly string[] => [...navigator.languages, page.language];

function speak({ language, dir }: Strings): void {
  document.documentElement.lang = language;
  document.documentElement.dir = dir;
}

/** A page that was opened from a folder cannot fetch; it has to be given its files. */
async function sourceFor(page: Page, strings: Strings): Promise<SourceSpec> {
  if (location.protocol !== "file:") return { kind: "http", galleryFile: page.galleryFile };
  const { askFolder } = await import("./offline.ts");
  return askFolder(page, strings);
}

async function main(): Promise<void> {
  const page = readPage();
  const brought = takeFragment();
  const impossible = obstacle();
  const strings = impossible === "error.browser" ? english : await load(preferred(page));
  speak(strings);
  const app = inAppBrowser(navigator.userAgent);
  if (app !== null) showInAppHint(app, wholeLink(location.href, brought), strings);
  if (impossible) return makeDoor(page, strings, { submit: () => undefined }).blocked(strings.t(impossible));
  await new App(page, strings, brought, await sourceFor(page, strings)).start();
}

void main();
