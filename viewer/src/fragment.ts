/**
 * The part of the link after `#`: secrets, taken from the address at once, so that they are not in a screenshot, a bookmark or a
 * copied address. A link secret waits in `history.state`, so that a reload asks for the passphrase only.
 */

import { b64, type Bytes, unb64 } from "./codec.ts";

export interface Brought {
  readonly link: Bytes | null;
  /** Viewing secrets of a shared selection. */
  readonly views: readonly Bytes[] | null;
  /** The short id of a photo to show first; no secret. */
  readonly photo: string | null;
  /** There was a secret, but it was cut off or changed. */
  readonly broken: boolean;
  /** This entry of the history was opened by a link alone, which is gone from it. */
  readonly spent: boolean;
  /** Somebody locked the gallery here, so that a remembered device waits to be asked. */
  readonly held: boolean;
}

interface State { readonly k?: string; readonly spent?: boolean; readonly photo?: boolean; readonly held?: boolean }

const SECRET = 22;

/** Secrets in `hash`; "broken" for what was cut or mistyped. Unknown parameters are ignored. */
export function parseFragment(hash: string): Omit<Brought, "spent" | "held"> {
  const params = new Map(hash.replace(/^#/, "").split("&").map((part) => {
    const [name = "", ...value] = part.split("=");
    return [name, value.join("=")];
  }));
  const photo = params.get("p")?.match(/^[0-9a-f]{8}$/)?.[0] ?? null;
  try {
    const views = params.has("v") ? manySecrets(params.get("v") ?? "") : null;
    return { link: params.has("k") ? unb64(params.get("k"), 16) : null, views, photo, broken: false };
  } catch {
    return { link: null, views: null, photo, broken: true };
  }
}

function manySecrets(text: string): Bytes[] {
  const count = Math.max(1, Math.ceil(text.length / SECRET));
  return Array.from({ length: count }, (_, i) => unb64(text.slice(i * SECRET, (i + 1) * SECRET), 16));
}

/** Takes the secrets out of the address bar and keeps the link's for a reload. */
export function takeFragment(): Brought {
  const found = parseFragment(location.hash);
  const state = readState();
  const fresh = found.link !== null || found.views !== null || found.broken;
  const link = fresh ? found.link : rememberedLink(state);
  const [spent, held] = [state.spent === true && !fresh, state.held === true && !fresh];
  keep({ ...(link ? { k: b64(link) } : {}), ...(spent ? { spent } : {}), ...(held ? { held } : {}) });
  return { ...found, link, spent, held };
}

/** After a link opened the gallery by itself: it must not stay behind. */
export function spendLink(): void {
  keep({ spent: true });
}

export function keepLink(link: Bytes): void {
  keep({ k: b64(link) });
}

/** Notes that the gallery was locked here, or opened again. */
export function keepHeld(held: boolean): void {
  const { k, spent } = readState();
  keep({ ...(k === undefined ? {} : { k }), ...(spent ? { spent } : {}), ...(held ? { held } : {}) });
}

/** Nothing of the link stays behind: a new entry also drops those ahead, of photos that were open, which carry it, too. */
export function dropLink(): void {
  keep({});
  history.pushState({}, "", location.pathname + location.search);
}

function keep(state: State): void {
  history.replaceState(state, "", location.pathname + location.search);
}

function rememberedLink(state: State): Bytes | null {
  try {
    return state.k === undefined ? null : unb64(state.k, 16);
  } catch {
    return null;
  }
}

const readState = (): State => (history.state ?? {}) as State;

/** One history entry for the open photo: Back closes it, and the address names it without any key. */
export function pushPhoto(id: string): void {
  history.pushState({ ...readState(), photo: true }, "", `#p=${id}`);
}

export function replacePhoto(id: string): void {
  history.replaceState(readState(), "", `#p=${id}`);
}

export const atPhoto = (): boolean => readState().photo === true;
