// Words shown to people, in their language: English is built in, the others are fetched when needed.

import { en } from "./en.ts";

export type Key = keyof typeof en;
export type Language = "ar" | "de" | "en" | "es" | "fr" | "it" | "nl" | "pl" | "pt";
/** One text in several forms; `other` is always there (CLDR plural categories). */
export type Plural = { readonly [form in Intl.LDMLPluralRule]?: string } & { readonly other: string };
/** What a language file exports: the same keys as English, with plurals where English has them. */
export type Table = { readonly [K in Key]: (typeof en)[K] extends string ? string : Plural };

type Names<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Text<K extends Key> = (typeof en)[K] extends { readonly other: infer Other } ? Other : (typeof en)[K];
/** The parameters that a key needs, read from its English text by the compiler. */
export type Params<K extends Key> = [Names<Text<K>>] extends [never]
  ? []
  : [params: { readonly [Name in Names<Text<K>>]: string | number }];

export interface Strings {
  readonly language: Language;
  readonly dir: "ltr" | "rtl";
  /** The text for `key`; numbers are written as the language writes them. */
  t<K extends Key>(key: K, ...params: Params<K>): string;
  /** A day as people write it: "2026-06-13" -> "13 June 2026". Anything else is returned as it is. */
  day(iso: string): string;
  /** A size as people read it: 8388712 -> "8.4 MB". */
  bytes(count: number): string;
  number(value: number): string;
}

const tables: { readonly [L in Language]: () => Promise<Table> } = {
  ar: () => import("./ar.ts").then(({ ar }) => ar),
  de: () => import("./de.ts").then(({ de }) => de),
  en: () => Promise.resolve(en),
  es: () => import("./es.ts").then(({ es }) => es),
  fr: () => import("./fr.ts").then(({ fr }) => fr),
  it: () => import("./it.ts").then(({ it }) => it),
  nl: () => import("./nl.ts").then(({ nl }) => nl),
  pl: () => import("./pl.ts").then(({ pl }) => pl),
  pt: () => import("./pt.ts").then(({ pt }) => pt),
};

export const languages = Object.keys(tables) as readonly Language[];

/** English at once, for what has to be said before anything could be fetched. */
export const english: Strings = strings("en", en);

/**
 * The first of the `preferred` languages (BCP 47 tags, "de-AT" counts as "de") that there is; else English. A language that cannot be
 * fetched, offline say, is English, too: words in the wrong language beat none.
 */
export async function load(preferred: readonly string[]): Promise<Strings> {
  const language = choose(preferred);
  try {
    return strings(language, await tables[language]());
  } catch {
    return english;
  }
}

/** The language that `load` would take. */
export function choose(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split(/[-_]/)[0];
    const found = languages.find((language) => language === base);
    if (found) return found;
  }
  return "en";
}

/** Texts of `table`, ready to use; exported so that tests and the offline copy can bring their own table. */
export function strings(language: Language, table: Table): Strings {
  const plurals = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  const dir = new Set<string>(["ar"]).has(language) ? "rtl" : "ltr";
  const fill = (text: string, params: Readonly<Record<string, string | number>>): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? digits.format(value) : isolate(value, dir);
    });
  return {
    language,
    dir,
    t: (key, ...[params]) => {
      const entry: string | Plural = table[key];
      const given: Readonly<Record<string, string | number>> = params ?? {};
      if (typeof entry === "string") return fill(entry, given);
      return fill(entry[plurals.select(Number(given["count"]))] ?? entry.other, given);
    },
    day: (iso) => day(language, iso),
    bytes: (count) => bytes(language, count),
    number: (value) => digits.format(value),
  };
}

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;

/** A name in the other writing direction is wrapped (Unicode FSI, PDI), or it would reorder the sentence around it. */
function isolate(value: string, dir: "ltr" | "rtl"): string {
  const foreign = dir === "rtl" ? /[A-Za-z]/.test(value) : RIGHT_TO_LEFT.test(value);
  return foreign ? `\u2068${value}\u2069` : value;
}

function day(language: Language, iso: string): string {
  const [year, month, date] = iso.split("-").map(Number);
  if (!/^\d{4}-\d\d-\d\d$/.test(iso) || !year || !month || !date) return iso;
  const format = new Intl.DateTimeFormat(new Map<string, string>([["en", "en-GB"]]).get(language) ?? language, { dateStyle: "long", timeZone: "UTC" });
  return format.format(Date.UTC(year, month - 1, date));
}

function bytes(language: Language, count: number): string {
  const [unit, size] = count < 1e6 ? ["kilobyte", 1e3] as const : count < 1e9 ? ["megabyte", 1e6] as const : ["gigabyte", 1e9] as const;
  const value = Math.max(count / size, count > 0 ? 0.1 : 0);
  const maximumFractionDigits = value < 10 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits }).format(value);
}
