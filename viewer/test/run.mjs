/** Bundles the tests, since Node 20 runs no TypeScript, and hands them to Node's own test runner. */
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const folder = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const wanted = process.argv[2] ?? "";
const names = (await readdir(folder)).filter((name) => name.endsWith(".test.ts") && name.includes(wanted));
// Inside the package, so that what is left external is found.
const out = await mkdtemp(join(folder, "..", "node_modules", ".test-"));
try {
  await build({
    entryPoints: names.map((name) => join(folder, name)), outdir: out, outExtension: { ".js": ".mjs" },
    bundle: true, platform: "node", format: "esm", target: "node20", sourcemap: "inline", logLevel: "warning",
    define: { "process.env.VIEWER": JSON.stringify(join(folder, "..")) },
  });
  const files = names.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  await rm(out, { recursive: true, force: true });
}
