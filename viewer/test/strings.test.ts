import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../src/strings/en.ts";
import { choose, english, type Key, languages, load, type Plural, strings, type Table } from "../src/strings/index.ts";

const tables = new Map<string, Table>();
for (const language of languages) {
  const module = (await import(`../src/strings/${language}.ts`)) as Record<string, Table>;
  tables.set(language, module[language]!);
}
const keys = Object.keys(en) as Key[];
const formsOf = (entry: string | Plural): (readonly [string, string])[] => (typeof entry === "string" ? [["", entry]] : Object.entries(entry));
const parameters = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!))].sort();

/** Numbers that people may see, by the form a language has for them. */
function numbersOf(language: string): Map<string, number[]> {
  const rules = new Intl.PluralRules(language);
  const numbers = new Map<string, number[]>();
  for (let n = 0; n <= 2000; n++) {
    const form = rules.select(n);
    numbers.set(form, [...(numbers.get(form) ?? []), n]);
  }
  return numbers;
}

test("the nine languages are there", () => {
  assert.deepEqual([...languages].sort(), ["ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt"]);
});

for (const [language, table] of tables) {
  const numbers = numbersOf(language);

  test(`${language}: no key is missing, none is too many, none is empty`, () => {
    assert.deepEqual(Object.keys(table).sort(), [...keys].sort());
    for (const key of keys) for (const [, text] of formsOf(table[key])) assert.ok(text.trim(), key);
  });

  test(`${language}: every text has the parameters of the English one; a form for one number only may say it in words`, () => {
    for (const key of keys) {
      const wanted = parameters(formsOf(en[key]).map(([, text]) => text).join(""));
      for (const [form, text] of formsOf(table[key])) {
        const spoken = form && numbers.get(form)?.length === 1 && !text.includes("{count}");
        assert.deepEqual(parameters(text), spoken ? wanted.filter((name) => name !== "count") : wanted, `${key} ${form}`);
      }
    }
  });

  test(`${language}: where English counts, there is a form for every number`, () => {
    for (const key of keys) {
      const entry: string | Plural = table[key];
      if (typeof en[key] === "string") assert.equal(typeof entry, "string", key);
      else if (typeof entry !== "string") for (const form of numbers.keys()) assert.ok(form in entry, `${key} lacks "${form}"`);
    }
  });

  test(`${language}: nothing but its own language was left in it`, () => {
    // Names and words that are the same in several languages.
    const same = keys.filter((key) => language !== "en" && JSON.stringify(table[key]) === JSON.stringify(en[key]));

    assert.ok(same.length <= 12, same.join(" "));
  });
}

test("the language: the first that there is, whatever its region; else English", async () => {
  assert.equal(choose(["de-AT", "fr"]), "de");
  assert.equal(choose(["", "ja", "pt_BR"]), "pt");
  assert.equal(choose(["ja"]), "en");
  assert.equal((await load(["PL"])).t("gallery.photos", { count: 5 }), "5 zdjęć");
});

test("numbers choose the form", () => {
  const say = (language: "ar" | "pl" | "fr" | "en", count: number): string => strings(language, tables.get(language)!).t("gallery.photos", { count });

  assert.deepEqual([0, 1, 2].map((n) => say("en", n)), ["0 photos", "1 photo", "2 photos"]);
  assert.deepEqual([0, 1, 2].map((n) => say("fr", n)), ["0 photo", "1 photo", "2 photos"]);
  assert.deepEqual([1, 3, 5, 22].map((n) => say("pl", n)), ["1 zdjęcie", "3 zdjęcia", "5 zdjęć", "22 zdjęcia"]);
  assert.deepEqual([1, 2].map((n) => say("ar", n)), ["صورة واحدة", "صورتان"]);
});

test("directions, days and sizes are the language's own", () => {
  const arabic = strings("ar", tables.get("ar")!);

  assert.deepEqual([arabic.dir, english.dir], ["rtl", "ltr"]);
  assert.equal(english.day("2026-06-13"), "13 June 2026");
  assert.equal(english.day("soon"), "soon");
  assert.equal(strings("de", tables.get("de")!).bytes(8_388_712), "8,4 MB");
  assert.ok(arabic.t("locked.intro", { studio: "SO Captures" }).includes("\u2068SO Captures\u2069"), "a name in the other direction is isolated");
});
