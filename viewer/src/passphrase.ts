/** One spelling for a passphrase, however it was typed (docs/format.md, section 4). Pure. */

const DROPPED = /[\u00ad\u200b]/g;
const GAPS = /[ \t\r\n\-\u2010-\u2015\u2212]+/g;

/** The order of the steps matters and is the format's; nothing else is folded. */
export function normalise(passphrase: string): string {
  return passphrase
    .normalize("NFKC")
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(DROPPED, "")
    .replace(GAPS, " ")
    .replace(/^ | $/g, "");
}
