// Builds the reporter's page, one file a language, from this folder and the vocabulary. The same sources give the
// same bytes in any folder.
//
//   build.mjs --npm FOLDER --vocabulary FILE --out FOLDER [--pseudo]
//
// FOLDER of --npm is where tools/setup installed package.json. --pseudo makes x-rtl.html as well: English written
// from right to left, for tests.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: { npm: { type: "string" }, vocabulary: { type: "string" }, out: { type: "string" }, pseudo: { type: "boolean" } },
});
const npm = resolve(options.npm), out = resolve(options.out);
const languages = ["ru", "ky", "en"];

const fail = (sentence) => { throw new Error(sentence); };
const read = (name) => readFileSync(join(here, name), "utf8");
const vocabulary = JSON.parse(readFileSync(options.vocabulary, "utf8"));
const catalogues = Object.fromEntries(languages.map((language) => [language, JSON.parse(read(`texts/${language}.json`))]));

// --- the texts ------------------------------------------------------------------------------------------------

function checkCatalogues() {
  for (const [language, catalogue] of Object.entries(catalogues))
    for (const part of ["page", "script", "form"]) {
      const wanted = Object.keys(catalogues.en[part]), there = Object.keys(catalogue[part]);
      for (const key of wanted) if (!catalogue[part][key]) fail(`texts/${language}.json: "${part}.${key}" is missing`);
      for (const key of there) if (!wanted.includes(key)) fail(`texts/${language}.json: "${part}.${key}" is in no other`);
      for (const key of wanted) {
        const places = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
        if (places(catalogue[part][key]) !== places(catalogues.en[part][key])) fail(`texts/${language}.json: "${part}.${key}" has other places`);
      }
    }
  const unread = JSON.parse(read("texts/unread.json"));
  for (const [language, keys] of Object.entries(unread))
    for (const key of keys) {
      const [part, name] = key.split(".");
      if (!catalogues[language]?.[part]?.[name]) fail(`texts/unread.json: ${language} has no ${key}`);
    }
}

const escaped = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const field = (code) => vocabulary.report.fields.find((each) => each.code === code) ?? fail(`the vocabulary has no field ${code}`);
const uiText = (code) => vocabulary.ui_text.find((each) => each.code === code) ?? fail(`the vocabulary has no text ${code}`);

// --- the questions of the second screen -------------------------------------------------------------------------

function tick(type, name, code, label) {
  const id = `${name}-${code}`;
  return `<p class="tick"><input type="${type}" id="${id}" name="${name}" value="${code}"> <label for="${id}">${escaped(label)}</label></p>`;
}

function question(each, language) {
  const label = escaped(each.label[language] ?? fail(`${each.code} has no label in ${language}`));
  const help = each.help ? `<p class="small" id="${each.code}-help">${escaped(each.help[language])}</p>` : "";
  if (each.type === "string")
    return `<label for="q-${each.code}">${label}</label>${help}<input id="q-${each.code}" name="${each.code}" maxlength="${each.max_chars}"` +
      `${help ? ` aria-describedby="${each.code}-help"` : ""} autocomplete="off" autocorrect="off" autocapitalize="off" spellcheck="false">`;
  const codes = vocabulary.code_lists[each.list];
  const labelled = codes.map((entry) => [entry.code, entry.label[language] ?? fail(`${each.list}.${entry.code} has no label in ${language}`)]);
  if (each.type === "code") {
    const options = labelled.map(([code, text]) => `<option value="${code}">${escaped(text)}</option>`).join("");
    return `<label for="q-${each.code}">${label}</label>${help}<select id="q-${each.code}" name="${each.code}"><option value="">${escaped(catalogues[language].page.not_told)}</option>${options}</select>`;
  }
  const boxes = labelled.map(([code, text]) => tick("checkbox", each.code, code, text)).join("\n");
  const open = each.code === "what" ? " open" : "";
  return `<details${open}><summary>${label}</summary>${help}<fieldset><legend>${label}</legend>\n${boxes}\n</fieldset></details>`;
}

const questions = (language) => vocabulary.report.fields.filter((each) => each.ask === "second").map((each) => question(each, language)).join("\n");

/** The weeks of the form: the page is the same at any time, so it has all of them. */
function weeks() {
  const option = (value) => `<option>${value}</option>`;
  const numbers = Array.from({ length: 53 }, (_, n) => option(String(n + 1).padStart(2, "0"))).join("");
  const years = Array.from({ length: 10 }, (_, n) => option(2026 + n)).join("");
  return `<select id="year" name="year">${years}</select> <select id="week" name="week">${numbers}</select>`;
}

// --- the script -------------------------------------------------------------------------------------------------

function checkTypes() {
  const config = join(out, "tsconfig.json");
  writeFileSync(config, JSON.stringify({
    extends: join(here, "tsconfig.json"), include: [join(here, "src")],
    compilerOptions: { paths: { "*": [join(npm, "node_modules/*")] }, resolveJsonModule: true },
  }));
  try {
    execFileSync(process.execPath, [join(npm, "node_modules/typescript/bin/tsc"), "-p", config], { stdio: "pipe" });
  } catch (fault) {
    fail(`the page's script:\n${fault.stdout}`);
  }
}

/** The library brings the curves P-256 and P-384 for recipients that are never sealed to here (src/core/sealing.ts takes
 * hybrid ones alone): an eighth of the page, which a bad line need not carry. Calling one throws. */
const withoutNistCurves = {
  name: "without-nist-curves",
  setup(build) {
    build.onResolve({ filter: /^@noble\/curves\/nist\.js$/ }, () => ({ path: "nist", namespace: "none" }));
    build.onLoad({ filter: /.*/, namespace: "none" }, () => ({
      contents: `const never = () => { throw new Error("no such curve here"); };
        const none = { Point: { Fn: {} }, lengths: { secretKey: 32, publicKey: 33, publicKeyUncompressed: 65, seed: 32 }, getPublicKey: never, getSharedSecret: never };
        export { none as p256, none as p384 };`,
    }));
  },
};

async function script() {
  const esbuild = createRequire(`${npm}/`)("esbuild");
  const made = await esbuild.build({
    entryPoints: [join(here, "src/main.ts")], absWorkingDir: here, write: false, bundle: true, minify: true, format: "iife", target: "es2022",
    legalComments: "none", charset: "ascii", nodePaths: [join(npm, "node_modules")], plugins: [withoutNistCurves],
    tsconfigRaw: { compilerOptions: { target: "es2022", useDefineForClassFields: true } },
  });
  const text = made.outputFiles[0].text.trim();
  return /<\/script|<!--/i.test(text) ? fail("the script holds what ends a script in HTML") : text;
}

// --- the page ---------------------------------------------------------------------------------------------------

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const json = (value) => JSON.stringify(value).replace(/</g, "\\u003c");

/** `{{key}}` of the catalogue, `{{ui:…}}`, `{{field:…}}`, `{{help:…}}` of the vocabulary, `{{@…}}` as it is. */
function render(language, parts, catalogue, used) {
  const fill = (whole, key) => {
    used.add(key);
    const [kind, code] = key.includes(":") ? key.split(":") : ["", key];
    if (key.startsWith("@")) return parts[key.slice(1)] ?? fail(`page.html: ${whole} is nothing`);
    const text = { "": () => catalogue.page[code], ui: () => uiText(code).label[language], field: () => field(code).label[language],
      help: () => field(code).help[language] }[kind]();
    return escaped(text ?? fail(`page.html: ${whole} has no text in ${language}`));
  };
  return read("page.html").replace(/\{\{([@\w:]+)\}\}/g, fill);
}

function checkUse(used, code) {
  for (const key of Object.keys(catalogues.en.page)) if (!used.has(key) && key !== "not_told") fail(`no page shows the text "${key}"`);
  for (const key of Object.keys(catalogues.en.script))
    if (!key.startsWith("fault_") && !code.includes(`"${key}"`)) fail(`the script says nowhere "${key}"`);
}

checkCatalogues();
mkdirSync(out, { recursive: true });
checkTypes();
const code = await script();
const style = read("page.css").replace(/\n/g, "");
const policy = `default-src 'none'; script-src ${hash(code)}; style-src ${hash(style)}; connect-src 'self' https: http://*.onion; worker-src blob:; img-src data:; form-action 'self'; base-uri 'none'`;
const used = new Set();
const page = (language, catalogue) =>
  render(language, { policy, style, script: code, questions: questions(language), weeks: weeks(), texts: json(catalogue.script) }, catalogue, used);
const pages = Object.fromEntries(languages.map((language) => [language, page(language, catalogues[language])]));
if (options.pseudo) {
  const mirrored = { ...catalogues.en, page: { ...catalogues.en.page, lang: "ar", dir: "rtl" } };
  pages["x-rtl"] = page("en", mirrored);
}
checkUse(used, code);
const answers = Object.keys(catalogues.en.form).flatMap((key) =>
  languages.map((language) => `${key}\t${language}\t${escaped(catalogues[language].form[key])}\n`));
writeFileSync(join(out, "form.txt"), answers.join(""));
for (const [name, text] of Object.entries(pages)) writeFileSync(join(out, `${name}.html`), text);
