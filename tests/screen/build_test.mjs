// The build of the desk's screen: the same bytes in any folder, nothing the policy would stop, no screen where a text is missing.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  cpSync(join(root, "desk/screen/web"), join(folder, "source"), { recursive: true });
  return folder;
}

function build(folder) {
  const done = spawnSync(process.execPath, [join(folder, "source/build.mjs"), "--npm", process.env.SANDYK_SCREEN_NPM, "--out", join(folder, "out")], { cwd: folder, encoding: "utf8" });
  return { status: done.status, said: done.stderr };
}

test("two builds in different folders give the same bytes, and no others", () => {
  const one = copy("one"), other = copy("a-much-longer-name");
  for (const folder of [one, other]) assert.equal(build(folder).status, 0);
  for (const name of ["index.html", "assets/app.js", "assets/app.css"])
    assert.deepEqual(readFileSync(join(one, "out", name)), readFileSync(join(other, "out", name)), name);
  assert.deepEqual(readdirSync(join(one, "out"), { recursive: true }).sort(), ["assets", "assets/app.css", "assets/app.js", "index.html"]);
});

test("what is wrong with a text, a script or a page fails the build, and is said", () => {
  const cases = [
    ["texts/ky.json", (text) => text.replace(/"triage\.title".*\n/, ""), "triage.title"],
    ["texts/ru.json", (text) => text.replace("Найдено: {n}", "Найдено"), "search.found"],
    ["texts/en.json", (text) => text.replace("{", '{ "nobody.says": "this",'), "nobody.says"],
    ["src/weeks.tsx", (text) => text.replace("const keys =", "const keys: number ="), "weeks.tsx"],
    ["src/help.tsx", (text) => text.replace("const keys", 'console.log("https://example.org/x");\nconst keys'), "https://example.org/x"],
    ["index.html", (text) => text.replace("</head>", "<style>p { color: red }</style></head>"), "index.html"],
  ];
  for (const [name, edit, what] of cases) {
    const folder = copy("wrong"), file = join(folder, "source", name);
    writeFileSync(file, edit(readFileSync(file, "utf8")));
    const { status, said } = build(folder);
    assert.notEqual(status, 0, what);
    assert.ok(said.includes(what), `${what}: ${said}`);
  }
});
