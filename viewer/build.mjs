/**
 * Bundles src/ into dist/: the page's script with its lazily loaded chunks, the worker, the styles, the offline copy's single
 * script, and the licences of what went in. Prints the sizes that docs promise and fails when they are exceeded.
 */
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { gzipSync } from "node:zlib";

const CODE_LIMIT = 75_000; // what a client loads before the first photo, compressed
const STYLE_LIMIT = 15_000;
const OUT = "dist";

const common = {
  outdir: OUT, bundle: true, target: ["es2022", "chrome109", "firefox115", "safari16"], minify: true,
  legalComments: "none", metafile: true, logLevel: "warning", charset: "utf8",
};
const esm = { ...common, format: "esm", splitting: true, chunkNames: "chunk-[name]-[hash]" };

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const builds = [
  await build({ ...esm, entryPoints: { viewer: "src/main.ts" } }),
  await build({ ...esm, entryPoints: { worker: "src/worker.ts" } }),
  await build({ ...common, entryPoints: { viewer: "src/viewer.css" } }),
];
if (existsSync("src/sw.ts")) builds.push(await build({ ...common, format: "esm", entryPoints: { sw: "src/sw.ts" } }));
// Pages opened from a folder cannot load modules or workers, so everything is in one classic script there.
builds.push(await build({
  ...common, format: "iife", entryPoints: { offline: "src/main.ts" }, define: { "import.meta.url": "document.baseURI" },
}));
await writeNotices(builds);
await reportSizes(builds[0].metafile);

async function writeNotices(results) {
  const names = new Set();
  for (const { metafile } of results) {
    for (const input of Object.keys(metafile.inputs)) {
      const match = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
      if (match) names.add(match[1]);
    }
  }
  let notices = "";
  for (const name of [...names].sort()) {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} ships no licence file`);
    notices += `${name} ${version} (${license})\n\n${await readFile(`${folder}/${file}`, "utf8")}\n\n`;
  }
  await writeFile(`${OUT}/viewer.LICENSES.txt`, notices);
}

/** Static imports only: what is imported lazily comes after the first photo. */
function needed(metafile, entry) {
  const files = new Set();
  const visit = (file) => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind, external } of metafile.outputs[file]?.imports ?? []) {
      if (kind === "import-statement" && !external) visit(path);
    }
  };
  visit(entry);
  return [...files];
}

async function reportSizes(metafile) {
  const size = async (file) => gzipSync(await readFile(file), { level: 9 }).length;
  const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
  const first = [...needed(metafile, `${OUT}/viewer.js`), `${OUT}/worker.js`];
  const sizes = await Promise.all(first.map(size));
  const code = sizes.reduce((a, b) => a + b, 0);
  const styles = await size(`${OUT}/viewer.css`);
  console.log(`before the first photo: ${kb(code)} of code (limit ${kb(CODE_LIMIT)}), ${kb(styles)} of styles (limit ${kb(STYLE_LIMIT)}), compressed`);
  for (const [i, file] of first.entries()) console.log(`  ${file} ${kb(sizes[i])}`);
  for (const file of (await readdir(OUT)).sort()) {
    const path = `${OUT}/${file}`;
    if (file.endsWith(".js") && !first.includes(path)) console.log(`  later: ${path} ${kb(await size(path))}`);
  }
  if (code > CODE_LIMIT || styles > STYLE_LIMIT) throw new Error("the viewer has become too heavy");
}
