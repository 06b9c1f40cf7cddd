/** File names that every system takes, each one once. Pure. */

/** What Windows refuses: these characters, these names, and a dot or space at the end. And halves of characters, which nothing takes. */
// eslint-disable-next-line no-control-regex
const REFUSED = /[\u0000-\u001f\u007f<>:"/\\|?*\p{Cs}]/gu;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

export function usableName(name: string, otherwise: string): string {
  const clean = name.normalize("NFC").replace(REFUSED, "_").replace(/[. ]+$/, "").replace(RESERVED, "_$&").trim();
  return clean || otherwise;
}

/** Numbers what was there before: `a.jpg`, `a (2).jpg`. Upper and lower case are one, as most disks see it. */
export class Names {
  readonly #used = new Set<string>();

  unique(name: string): string {
    const dot = name.lastIndexOf(".");
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
    let unused = name;
    for (let number = 2; this.#used.has(unused.toLowerCase()); number++) unused = `${stem} (${number})${ending}`;
    this.#used.add(unused.toLowerCase());
    return unused;
  }
}
