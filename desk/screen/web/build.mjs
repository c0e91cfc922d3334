// Builds the desk's screen: index.html, assets/app.js, assets/app.css. The same sources give the same bytes in any folder.
//
//   build.mjs --npm FOLDER --out FOLDER
//
// FOLDER of --npm is where tools/setup installed package.json.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({ options: { npm: { type: "string" }, out: { type: "string" } } });
const npm = resolve(options.npm), out = resolve(options.out);
const languages = ["en", "ru", "ky"];

const fail = (sentence) => { throw new Error(sentence); };
const read = (name) => readFileSync(join(here, name), "utf8");

// --- the texts --------------------------------------------------------------------------------------------------

const catalogues = Object.fromEntries(languages.map((language) => [language, JSON.parse(read(`texts/${language}.json`))]));
const sources = readdirSync(join(here, "src"), { recursive: true }).filter((name) => /\.tsx?$/.test(name)).map((name) => read(join("src", name)));

function checkCatalogues() {
  const wanted = Object.keys(catalogues.en);
  const places = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
  for (const [language, catalogue] of Object.entries(catalogues)) {
    for (const key of wanted) {
      if (!catalogue[key]) fail(`texts/${language}.json: "${key}" is missing`);
      if (places(catalogue[key]) !== places(catalogues.en[key])) fail(`texts/${language}.json: "${key}" has other places`);
    }
    for (const key of Object.keys(catalogue)) if (!wanted.includes(key)) fail(`texts/${language}.json: "${key}" is in no other`);
  }
  // A key that is put together, such as `why.${code}`, is said by its beginning.
  const begun = sources.flatMap((text) => [...text.matchAll(/\bt\(`([\w.]+)\$\{/g)].map((each) => each[1]));
  const said = sources.join("\n");
  for (const key of wanted)
    if (!said.includes(`"${key}"`) && !begun.some((beginning) => key.startsWith(beginning))) fail(`the screen says nowhere "${key}"`);
}

// --- the script -------------------------------------------------------------------------------------------------

function checkTypes() {
  const config = join(out, "tsconfig.json");
  writeFileSync(config, JSON.stringify({
    extends: join(here, "tsconfig.json"), include: [join(here, "src")], compilerOptions: { paths: { "*": [join(npm, "node_modules/*")] } },
  }));
  try {
    execFileSync(process.execPath, [join(npm, "node_modules/typescript/bin/tsc"), "-p", config], { stdio: "pipe" });
  } catch (fault) {
    fail(`the screen's script:\n${fault.stdout}`);
  }
  rmSync(config);
}

async function bundle() {
  const { build } = await import(pathToFileURL(join(npm, "node_modules/vite/dist/node/index.js")).href);
  await build({
    root: here, base: "/", configFile: false, envFile: false, publicDir: false, logLevel: "warn", cacheDir: join(out, "cache"),
    resolve: { alias: [{ find: /^preact(?=$|\/)/, replacement: join(npm, "node_modules/preact") }] },
    esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none", charset: "ascii",
      tsconfigRaw: { compilerOptions: { target: "es2022", jsx: "react-jsx", jsxImportSource: "preact" } } },
    build: {
      outDir: out, emptyOutDir: false, target: "es2022", sourcemap: false, cssCodeSplit: false, modulePreload: false, assetsInlineLimit: 0,
      reportCompressedSize: false,
      rollupOptions: { output: { entryFileNames: "assets/app.js", assetFileNames: "assets/app[extname]", inlineDynamicImports: true } },
    },
  });
}

/** What the policy of the server would stop, or what would leave this machine: better no screen than a broken one. */
function checkResult() {
  const made = readdirSync(out, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => relative(out, join(each.parentPath ?? each.path, each.name))).sort();
  if (made.join() !== "assets/app.css,assets/app.js,index.html") fail(`the build made other files: ${made}`);
  const page = readFileSync(join(out, "index.html"), "utf8"), script = readFileSync(join(out, "assets/app.js"), "utf8");
  if (/<style|style=|<script(?![^>]*\bsrc=)/.test(page)) fail("index.html holds a script or a style");
  for (const text of [page, script, readFileSync(join(out, "assets/app.css"), "utf8")])
    for (const [address] of text.matchAll(/\b(?:https?|wss?):\/\/[^"'`\s)]*/g))
      if (!address.startsWith("http://www.w3.org/")) fail(`the screen names an address: ${address}`);
}

checkCatalogues();
mkdirSync(out, { recursive: true });
checkTypes();
rmSync(join(out, "assets"), { recursive: true, force: true });
await bundle();
rmSync(join(out, "cache"), { recursive: true, force: true });
checkResult();
