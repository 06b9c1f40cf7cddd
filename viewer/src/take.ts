/** "Take it with you": a ZIP of the sealed gallery with its viewer, which opens from a folder with the same link and passphrase. */

import { makeZip } from "client-zip";

import { keepAwake } from "./awake.ts";
import { el } from "./dom.ts";
import { inParts, pickFile, saveBlob, type Sink, throughWorker } from "./downloads/sinks.ts";
import { abilities, waysFor } from "./downloads/ways.ts";
import { isAbort } from "./failures.ts";
import type { SealedFile } from "./sealed-files.ts";
import type { Session } from "./session.ts";
import { startPage } from "./start-page.ts";
import { gallerySentence } from "./words.ts";

/** Scripts and styles of the copy, by their names beside the viewer. */
const VIEWER = ["offline.js", "viewer.css", "viewer.LICENSES.txt"];

interface ZipEntry {
  readonly name: string;
  readonly input: Uint8Array<ArrayBuffer> | string;
}

/** The part of the menu that makes the copy. `stop` ends what is under way. */
export function makeTaking(session: Session): { readonly element: HTMLElement; stop(): void } {
  const { strings, rights, vault } = session;
  const { t } = strings;
  const box = el("input", { type: "checkbox", id: "with-originals" });
  const size = el("p", { class: "hint" });
  const bar = el("progress", { hidden: true, max: 1, value: 0, "aria-label": t("save.progressLabel") });
  const said = el("p", { class: "hint", role: "status" });
  const start = el("button", { type: "button", class: "plain-button", onclick: () => void run() }, t("offline.make"));
  const cancel = el("button", { type: "button", class: "plain-button", hidden: true, onclick: () => stop() }, t("action.cancel"));
  const originals = rights.downloads === "original"
    ? el("div", { class: "check" }, box, el("label", { for: "with-originals" }, t("offline.withOriginals"))) : null;
  const element = el("section", { class: "taking" }, el("h3", {}, t("offline.title")), el("p", { class: "hint" }, t("offline.explain")),
    originals, size, el("div", { class: "pair" }, start, cancel), bar, said);
  let control: AbortController | null = null;
  const stop = (): void => control?.abort();
  const list = (): Promise<SealedFile[]> => vault.sealedFiles(box.checked);

  async function estimate(): Promise<void> {
    const files = await list();
    size.textContent = t("offline.size", { count: files.length + VIEWER.length + 3, size: strings.bytes(total(files)) });
  }

  async function run(): Promise<void> {
    control = new AbortController();
    const { signal } = control;
    const awake = keepAwake();
    show(true);
    try {
      const originals = box.checked;
      await take(session, { originals, files: await list() }, signal, (share) => { bar.value = share; });
      said.textContent = t("offline.ready");
    } catch (error) {
      said.textContent = isAbort(error) ? t("save.cancelled") : gallerySentence(strings, error);
    } finally {
      awake();
      show(false);
    }
  }

  function show(running: boolean): void {
    start.hidden = running;
    box.disabled = running;
    cancel.hidden = bar.hidden = !running;
    bar.value = 0;
    if (running) said.textContent = t("save.keepOpen");
    (running ? cancel : start).focus();
  }

  box.addEventListener("change", () => void estimate());
  void estimate().catch(() => undefined);
  return { element, stop };
}

const total = (files: readonly SealedFile[]): number => files.reduce((sum, { length }) => sum + length, 0);

interface Wanted {
  readonly originals: boolean;
  readonly files: readonly SealedFile[];
}

async function take(session: Session, wanted: Wanted, signal: AbortSignal, progress: (share: number) => void): Promise<void> {
  const name = `gallery-${session.page.gallery}`;
  const sink = await openSink(`${name}.zip`);
  let cause: unknown;
  const all = noting(entries(session, name, wanted, signal, progress), (error) => { cause = error; });
  try {
    await sink.write(`${name}.zip`, () => makeZip(all), signal);
  } catch (error) {
    throw cause ?? error;
  }
}

/** Streams end with errors of their own; people should hear the first one. */
async function* noting<T>(items: AsyncGenerator<T>, note: (error: unknown) => void): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    note(error);
    throw error;
  }
}

/** The first way that this browser has. Who closes the file dialog has changed their mind. */
async function openSink(name: string): Promise<Sink> {
  const inMemory = inParts((file, blob) => Promise.resolve(saveBlob(file, blob)));
  for (const way of waysFor(abilities())) {
    try {
      if (way === "picker") return await pickFile(name);
      if (way === "worker") return await throughWorker();
      return inMemory;
    } catch (error) {
      if (isAbort(error)) throw error;
    }
  }
  return inMemory;
}

async function* entries(
  session: Session, folder: string, { originals, files }: Wanted, signal: AbortSignal, progress: (share: number) => void,
): AsyncGenerator<ZipEntry> {
  const { strings: { t }, vault } = session;
  const page = `${t("offline.start")}.html`;
  // A page that is opened right inside a ZIP finds nothing; the note comes first.
  yield { name: `${folder}/README.txt`, input: t("offline.readme", { page }).replaceAll("\n", "\r\n") + "\r\n" };
  for (const name of VIEWER) yield { name: `${folder}/viewer/${name}`, input: await viewerFile(name, signal) };
  yield { name: `${folder}/${page}`, input: startPage(session, originals) };
  yield { name: `${folder}/gallery.json`, input: (await vault.sealedGallery()).bytes };
  let done = 0;
  const all = Math.max(1, total(files));
  for (const [at, { name, length }] of files.entries()) {
    signal.throwIfAborted();
    const { bytes } = await vault.sealedFile(at, signal);
    yield { name: `${folder}/b/${name.slice(0, 2)}/${name}`, input: bytes };
    done += length;
    progress(done / all);
  }
}

async function viewerFile(name: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(name, import.meta.url), { signal, referrerPolicy: "no-referrer" });
  if (!response.ok) throw new Error(`${name}: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
