/** The highest revision of each gallery that this browser has seen: a host that shows an older copy is found out. */

const KEY = "soga revision ";

/** True if a higher one was seen before. Remembers the higher of the two, where the browser lets it. */
export function seenRevision(gallery: string, revision: number): boolean {
  try {
    const seen = Number(localStorage.getItem(KEY + gallery) ?? -1);
    if (!(seen >= revision)) localStorage.setItem(KEY + gallery, String(revision));
    return seen > revision;
  } catch {
    // Storage is denied or full: then nothing was seen.
    return false;
  }
}

/** Forgets what was seen of every gallery. */
export function forgetRevisions(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(KEY)) localStorage.removeItem(key);
  } catch {
    // Storage is denied: nothing was kept.
  }
}
