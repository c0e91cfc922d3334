// Bundles and runs what tests the desk's screen in Node: run.mjs FILE
// SANDYK_SCREEN_NPM: the folder that tools/setup installed desk/screen/web/package.json into.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const npm = process.env.SANDYK_SCREEN_NPM;
const esbuild = createRequire(`${npm}/`)("esbuild");

const folder = mkdtempSync(join(tmpdir(), "sandyk-screen-"));
const outfile = join(folder, "run.mjs");
esbuild.buildSync({
  entryPoints: [join(here, `${process.argv[2]}.ts`)], outfile, bundle: true, nodePaths: [join(npm, "node_modules")], platform: "node", format: "esm", target: "node18",
  tsconfigRaw: { compilerOptions: { target: "es2022", jsx: "react-jsx", jsxImportSource: "preact" } },
});
const done = spawnSync(process.execPath, ["--test", outfile], { stdio: "inherit" });
rmSync(folder, { recursive: true });
process.exit(done.status ?? 1);
