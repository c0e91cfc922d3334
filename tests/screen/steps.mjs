// What staff do at the screen, step by step. Each function returns what the screen said.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The screen at a place; waits until what it loads is there. */
export async function at(page, place) {
  await page.evaluate((where) => { location.hash = where; }, place);
  await page.waitForFunction((where) => location.hash === `#${where}`, place);
  await settled(page);
}

/** Nothing is being asked, and nothing follows from what was answered. */
export async function settled(page) {
  for (let quiet = 0; quiet < 3; ) {
    await page.evaluate(() => new Promise((done) => { setTimeout(done, 15); }));
    quiet = page.asking === 0 ? quiet + 1 : 0;
  }
}

export const rowTexts = (page) => page.locator(".row .first").allTextContents();
const isTooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth || document.querySelector("main").scrollWidth > document.querySelector("main").clientWidth);

/** Every screen in pictures; nothing may stand out at the side. */
export async function tour({ open, shoot, places, language, light, size }) {
  const page = await open({ language, viewport: size, colorScheme: light });
  const wide = [], titles = {};
  for (const [name, place] of Object.entries(places)) {
    await at(page, place);
    titles[name] = (await page.locator("h1").textContent()).trim();
    if (await isTooWide(page)) wide.push(name);
    await shoot(page, `${name}-${language}-${light}-${size.width}`);
  }
  return { wide, titles };
}

// --- the keyboard ---------------------------------------------------------------------------------------------------

const cursor = (page) => page.evaluate(() => [...document.querySelectorAll(".row")].find((row) => row.getAttribute("aria-selected") === "true")?.getAttribute("aria-posinset"));
/** As fast as fingers go; then waits. */
const press = async (page, ...keys) => { for (const key of keys) await page.keyboard.press(key); await settled(page); };
/** A key as a Cyrillic layout gives it. */
const pressCyrillic = (page, key, code) => page.evaluate(([letter, place]) => { document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: letter, code: place, bubbles: true, cancelable: true })); }, [key, code]);
const said = (page) => page.locator(".announcement").textContent();

/** All of triage without a pointer. */
export async function triage({ open, shoot }) {
  const page = await open();
  await page.waitForSelector(".row");
  const found = { first: await rowTexts(page), cursors: [] };
  const where = async () => { found.cursors.push(Number(await cursor(page))); };
  for (const keys of [["j"], ["j", "ArrowDown"], ["k", "ArrowUp"], ["End"], ["Home"], ["PageDown"], ["Home"]]) { await press(page, ...keys); await where(); }
  await press(page, "u");
  found.marked = await said(page);
  await where();
  await press(page, "c", "s", "d");
  await pressCyrillic(page, "г", "KeyU");
  await settled(page);
  await shoot(page, "triage-sorted");
  found.statuses = await page.locator(".row").evaluateAll((rows) => rows.slice(0, 5).map((row) => row.className.match(/is-(urgent|case|spam|done|new)/)[1]));
  await press(page, "z");
  found.undone = await said(page);
  found.afterUndo = await page.locator(".row").nth(4).getAttribute("class");
  await press(page, "Home", "j", "Enter");
  found.opened = await page.locator("h1").textContent();
  await press(page, "d");
  found.pressed = await page.locator("[aria-pressed=true]").allTextContents();
  await press(page, "z", "j");
  found.next = await page.locator("h1").textContent();
  await press(page, "Escape");
  await page.waitForSelector(".row");
  found.isBack = await page.evaluate(() => document.activeElement.className === "rows");
  await where();
  await press(page, "?");
  found.help = await page.locator("dialog dt kbd").allTextContents();
  await shoot(page, "help");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await press(page, "Escape", "s");
  found.isDeaf = (await page.locator(".row").nth(2).getAttribute("class")).includes("is-spam") === false || found.statuses[2] === "spam";
  found.lettersOff = await said(page);
  return found;
}

/** A long list: only what is in sight is in the page, and its ends are one key away. */
export async function longList({ open }) {
  const page = await open();
  await page.waitForSelector(".row");
  const drawn = () => page.locator(".row").count();
  const found = { atFirst: await drawn(), total: Number(await page.locator(".row").first().getAttribute("aria-setsize")) };
  await page.keyboard.press("End");
  await page.waitForFunction((last) => document.querySelector(`#row-${last} .first`), found.total - 1);
  Object.assign(found, { cursor: Number(await cursor(page)), atEnd: await drawn() });
  await page.mouse.move(700, 500);
  for (let n = 0; n < 20; ++n) await page.mouse.wheel(0, -3000);
  await page.waitForFunction(() => [...document.querySelectorAll(".row")].every((row) => row.querySelector(".first")));
  found.inBetween = await drawn();
  await page.keyboard.press("Home");
  await page.waitForSelector("#row-0 .first");
  return { ...found, cursorAgain: Number(await cursor(page)) };
}

// --- what a stranger sent -------------------------------------------------------------------------------------------

/** Looks at a report that means harm, in every way the screen has. */
export async function hostile({ open, shoot, n, folder }) {
  const page = await open();
  await page.waitForSelector(".row");
  await at(page, `/report/${n}`);
  const found = {
    text: await page.locator(".narrative").first().innerText(),
    elements: await page.locator(".narrative").first().evaluate((box) => [...new Set([...box.querySelectorAll("*")].map((each) => each.tagName))].sort()),
    codes: await page.locator(".narrative").first().locator(".hidden-letter").allTextContents(),
    raw: await page.evaluate(() => /[\u202a-\u202e\u2066-\u2069\u200b\u0007]/.test(document.body.textContent)),
    types: await page.locator(".file > :nth-child(2)").allTextContents(),
  };
  await settled(page);
  const pictures = page.locator(".picture");
  found.pictures = await pictures.count();
  found.sources = await page.locator("img").evaluateAll((all) => all.map((each) => each.src.slice(0, 5)));
  const isBlurred = () => pictures.first().locator("img").evaluate((img) => getComputedStyle(img).filter.includes("blur"));
  if (found.pictures > 0) {
    found.blurredFirst = await isBlurred();
    await pictures.first().focus();
    await page.keyboard.press("Enter");
    found.blurredThen = await isBlurred();
  }
  await shoot(page, "hostile-report");
  found.saved = [];
  for (const [name, copy] of folder ? [["a1", "original"], ["a1", "original"], ["a3", "stripped"]] : []) {
    await page.getByRole("button", { name: `Save ${name}`, exact: true }).click();
    await page.fill("dialog input.mono", folder);
    if (name === "a3") await page.locator(`#copy-${copy}`).check();
    if (found.saved.length === 0) await shoot(page, "save-warning");
    await page.click("dialog .button.main");
    await page.waitForFunction(() => document.querySelector(".announcement").textContent);
    await settled(page);
    found.saved.push(await said(page));
    if (await page.locator("dialog").count()) await page.keyboard.press("Escape");
    await page.locator(".announcement button").last().click();
  }
  return found;
}

// --- casework ---------------------------------------------------------------------------------------------------------

/** Chooses by typing, as the keyboard does. */
async function choose(page, label, typed) {
  const field = page.getByRole("combobox", { name: label, exact: true }).last();
  await field.click();
  await field.fill(typed);
  await field.press("Enter");
}
const panel = (page, title) => page.locator("section.panel", { has: page.getByRole("heading", { name: title, exact: true }) });
const answered = async (page, act) => { await act(); await settled(page); };

/** From a report to a coded incident, with hardly a pointer. */
export async function code({ open, shoot, n }) {
  const page = await open();
  await page.waitForSelector(".row");
  await at(page, `/report/${n}`);
  await page.keyboard.press("i");
  await page.waitForFunction(() => location.hash.startsWith("#/incident/new"));
  await settled(page);
  const found = { source: await panel(page, "Sources and consent").locator(".of-line").first().innerText(), consent: await panel(page, "Sources and consent").locator(".small").allTextContents() };
  await choose(page, "Types", "death thr");
  await page.getByLabel("Short title").fill("A note under the door");
  await page.getByLabel("When", { exact: true }).fill("2031-12");
  found.precision = await page.getByLabel("How exact").inputValue();
  await choose(page, "Case", "customs");
  await page.getByRole("button", { name: "+ target" }).click();
  await answered(page, () => choose(page, "Person or body", "Person Q"));
  await page.getByRole("button", { name: "+ answer" }).click();
  await panel(page, "Told to whom, and what came of it").getByLabel("Date").fill("2031-12-30");
  await panel(page, "Told to whom, and what came of it").getByLabel("What they did").selectOption("registered");
  await shoot(page, "incident-new");
  await page.keyboard.press("Control+s");
  await page.waitForFunction(() => /^#\/incident\/I-/.test(location.hash));
  await settled(page);
  found.hash = await page.evaluate(() => location.hash);
  found.ladder = await page.locator("ol.ladder .is-reached").allInnerTexts();
  // What is not saved is kept, and said.
  await page.getByLabel("Short title").fill("A note under the door, again");
  await at(page, "/keys");
  await page.goBack();
  await page.waitForSelector(".chip.warn >> text=Not saved");
  found.draft = await page.getByLabel("Short title").inputValue();
  await answered(page, () => page.keyboard.press("Control+s"));
  found.isSaved = (await page.locator("text=Not saved").count()) === 0;
  await shoot(page, "incident-stored");
  return found;
}

/** A case: an event at once, filters, relations, actions with what consent objects to, notes. */
export async function work({ open, shoot, id, suggested }) {
  const page = await open();
  await at(page, `/case/${id}`);
  const found = { shown: await page.locator(".incident a").allTextContents(), days: await page.locator(".incident .day").allTextContents(), reversed: await page.locator(".incident", { hasText: "I-17" }).innerText(), objections: await page.locator(".warning").allTextContents() };
  const quick = page.getByRole("form", { name: "Add an event quickly" });
  await choose(page, "What happened (types)", "ddos");
  await quick.getByLabel("Date").fill("2032-01-09");
  await quick.getByLabel("Short title").fill("A third flood");
  await answered(page, () => quick.getByLabel("Short title").press("Enter"));
  found.added = await page.locator(".incident", { hasText: "A third flood" }).innerText();
  await page.locator(".filters button", { hasText: "Physical violence" }).click();
  found.filtered = await page.locator(".incident .number").allTextContents();
  await page.locator(".filters button[aria-pressed=true]").first().click();
  const relations = panel(page, "Who belongs to whom");
  await choose(page, "From", "Person L");
  await relations.getByLabel("Relation").selectOption("colleague_of");
  await choose(page, "To", "Person J");
  await answered(page, () => relations.getByRole("button", { name: "Add" }).click());
  await page.getByRole("button", { name: "New action" }).click();
  await choose(page, "Incidents it covers", "I-30");
  found.objection = await page.locator("dialog .warning").textContent();
  await shoot(page, "action-objection");
  await answered(page, () => page.click("dialog .button.main"));
  found.actions = await panel(page, "Actions").locator("li").count();
  await page.getByLabel("New note").fill("Ask the partner.");
  await answered(page, () => page.getByLabel("New note").press("Control+Enter"));
  found.notes = await panel(page, "Notes").locator(".note").allInnerTexts();
  await shoot(page, "case-worked-on");
  await at(page, `/report/${suggested}`);
  found.suggestion = await panel(page, "Suggested links").innerText();
  await shoot(page, "suggestion");
  await answered(page, () => page.getByRole("button", { name: "Yes", exact: true }).first().click());
  found.coded = await panel(page, "Incidents coded from it").innerText();
  return found;
}

/** Holds a report: asks, waits for two keys, asks again. */
export async function hold({ open, shoot, n, until }) {
  const page = await open();
  await at(page, `/report/${n}`);
  await page.getByRole("button", { name: "Hold", exact: true }).click();
  await page.getByLabel("Until").fill(until ?? "2099-01-01");
  await shoot(page, `hold-${until ? "asked" : "again"}`);
  await answered(page, () => page.click("dialog .button.main"));
  const said = await page.locator(".announcement").textContent();
  await at(page, "/retention");
  await shoot(page, `retention-${until ? "waits" : "held"}`);
  return { said, orders: await page.locator("code").allTextContents(), held: await panel(page, "On hold").innerText() };
}

// --- search -----------------------------------------------------------------------------------------------------------

export async function search({ open, shoot, asked }) {
  const page = await open();
  await at(page, "/search");
  const found = [];
  for (const { words = "", filters = {} } of asked) {
    await page.click("text=Clear");
    await page.fill(".seek", words);
    for (const [label, value] of Object.entries(filters)) {
      const field = page.locator(".filter-line").getByLabel(label, { exact: true });
      if (await field.evaluate((each) => each.tagName === "SELECT")) await field.selectOption(value);
      else { await field.fill(value); await field.press("Enter"); }
    }
    await page.waitForTimeout(250);
    await settled(page);
    found.push({ rows: (await page.locator(".rows").count()) ? await rowTexts(page) : [], marks: await page.locator(".rows mark").allTextContents(), elsewhere: await page.locator(".elsewhere li").allTextContents() });
    await shoot(page, `search-${found.length}`);
  }
  await page.click("text=Clear");
  await page.fill(".seek", asked[0].words);
  await page.waitForTimeout(250);
  await settled(page);
  await page.locator(".seek").press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#/report/"));
  return { found };
}

// --- who looks closely -------------------------------------------------------------------------------------------------

/** axe-core on every screen and every dialog. */
export async function axe({ open, places, light, language }) {
  const source = readFileSync(createRequire(`${process.env.SANDYK_NPM}/`).resolve("axe-core/axe.min.js"), "utf8");
  const page = await open({ bypassCSP: true, colorScheme: light, language });
  const faults = [];
  const look = async (screen) => {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
    const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    for (const each of violations) faults.push(`${screen}: ${each.id}: ${each.nodes.map((node) => `${node.html} ${node.failureSummary}`).slice(0, 2).join(" | ")}`);
  };
  for (const [name, { place, act = [] }] of Object.entries(places)) {
    await at(page, place);
    await look(name);
    for (const selector of act) {
      await page.locator(selector).first().click();
      await page.waitForTimeout(100);
      await look(`${name}, ${selector}`);
      await page.keyboard.press("Escape");
    }
  }
  return { faults };
}

/** What is seen on a screen that no language has said: keys of the catalogue. */
export async function untranslated({ open, places, language }) {
  const page = await open({ language });
  const keys = [];
  for (const place of Object.values(places)) {
    await at(page, place);
    const texts = await page.evaluate(() => document.body.innerText + [...document.querySelectorAll("[aria-label],[placeholder],[title]")].map((each) => ["aria-label", "placeholder", "title"].map((name) => each.getAttribute(name) ?? "").join(" ")).join(" "));
    keys.push(...(texts.match(/\b(?:nav|status|triage|report|form|case|entity|action|search|weeks|retention|files|sealed|notes|suggest|why|talk|kind|row|ladder|consent)\.[a-z_]+\b/g) ?? []));
  }
  return { keys: [...new Set(keys)], lang: await page.evaluate(() => document.documentElement.lang) };
}

/** Who has no token sees nothing of the case file. */
export async function stranger({ open }) {
  const page = await open();
  const origin = await page.evaluate(() => location.origin);
  const other = await open({ way: `${origin}/`, waitFor: "h1" });
  const without = await other.locator("main").textContent();
  const another = await open({ way: `${origin}/#${"A".repeat(43)}`, waitFor: "h1" });
  return { without, wrong: await another.locator("main").textContent(), address: await page.evaluate(() => location.href), kept: await page.evaluate(() => Object.keys(localStorage).length + document.cookie.length) };
}
