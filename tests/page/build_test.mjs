// The build of the page: the same bytes in any folder, and no page where a text is missing.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folders = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function copy(name) {
  const folder = mkdtempSync(join(tmpdir(), `sandyk-${name}-`));
  folders.push(folder);
  cpSync(join(root, "reporter/page"), join(folder, "source"), { recursive: true });
  cpSync(join(root, "data/vocabulary.json"), join(folder, "vocabulary.json"));
  return folder;
}

function build(folder) {
  const done = spawnSync(process.execPath, [join(folder, "source/build.mjs"), "--npm", process.env.SANDYK_PAGE_NPM, "--pseudo",
    "--vocabulary", join(folder, "vocabulary.json"), "--out", join(folder, "out")], { cwd: folder, encoding: "utf8" });
  return { status: done.status, said: done.stderr };
}

const change = (file, edit) => writeFileSync(file, JSON.stringify(edit(JSON.parse(readFileSync(file, "utf8")))));

test("two builds in different folders give the same bytes", () => {
  const one = copy("one"), other = copy("a-much-longer-name");
  for (const folder of [one, other]) assert.equal(build(folder).status, 0);
  for (const name of ["ru", "ky", "en", "x-rtl"])
    assert.deepEqual(readFileSync(join(one, `out/${name}.html`)), readFileSync(join(other, `out/${name}.html`)), name);
});

test("every language has the same script and style, byte for byte", () => {
  const folder = copy("languages");
  assert.equal(build(folder).status, 0);
  const parts = (name) => [...readFileSync(join(folder, `out/${name}.html`), "utf8").matchAll(/<(script|style)>([^]*?)<\/\1>/g)].map((each) => each[2]);
  assert.equal(parts("ru").length, 2);
  assert.deepEqual(parts("ru"), parts("ky"));
  assert.deepEqual(parts("ru"), parts("en"));
});

test("a missing text fails the build, and says which", () => {
  const cases = [
    ["source/texts/ky.json", (json) => { delete json.script.fault_network; return json; }, "script.fault_network"],
    ["source/texts/ru.json", (json) => { json.page.intro = ""; return json; }, "page.intro"],
    ["source/texts/ru.json", (json) => { json.script.waiting = "Ждите"; return json; }, "script.waiting"],
    ["source/texts/en.json", (json) => { json.page.extra = "nobody shows this"; return json; }, "extra"],
    ["source/texts/unread.json", (json) => { json.ky.push("page.gone"); return json; }, "page.gone"],
    ["vocabulary.json", (json) => { delete json.report.fields.find(({ code }) => code === "danger").label.ky; return json; }, "danger"],
  ];
  for (const [file, edit, what] of cases) {
    const folder = copy("missing");
    change(join(folder, file), edit);
    const { status, said } = build(folder);
    assert.notEqual(status, 0, what);
    assert.ok(said.includes(what), `${what}: ${said}`);
  }
});
