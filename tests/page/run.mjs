// Bundles and runs what tests the page in Node: run.mjs test FILE | run.mjs tool WORD...
// SANDYK_PAGE_NPM: the folder that tools/setup installed reporter/page/package.json into.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const npm = process.env.SANDYK_PAGE_NPM;
const esbuild = createRequire(`${npm}/`)("esbuild");

const [verb, name, ...words] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "sandyk-page-"));
const outfile = join(folder, "run.mjs");
esbuild.buildSync({
  entryPoints: [join(here, verb === "tool" ? "tool.ts" : `${name}.ts`)], outfile, bundle: true, nodePaths: [join(npm, "node_modules")], platform: "node", format: "esm", target: "node18",
  // Node 18 keeps it elsewhere.
  banner: { js: 'import { webcrypto as ours } from "node:crypto"; globalThis.crypto ??= ours;' },
});
const options = verb === "tool" ? [] : ["--test"];
const done = spawnSync(process.execPath, [...options, outfile, ...(verb === "tool" ? [name, ...words] : words)], {
  stdio: "inherit", env: { ...process.env, SANDYK_TESTS: dirname(here) },
});
rmSync(folder, { recursive: true });
process.exit(done.status ?? 1);
