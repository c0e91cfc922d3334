// What a reporter does, step by step. Each function returns what the page said.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const path = { ru: "/", ky: "/ky/", en: "/en/" };
export const address = (url, language = "en") => (url.startsWith("file:") ? url : url + path[language]);

/** An answer that trying again does not mend. */
const refused = (route) => route.fulfill({ status: 413, json: { error: "too-large", say: "Larger than any report taken here." } });

/** From the first screen to the second. */
async function write(page, { text = "", files = [], originals = false }) {
  if (text) await page.fill("#narrative", text);
  if (files.length > 0) await page.setInputFiles("#files", files);
  if (originals) await page.uncheck("#strip");
  await page.click("#write button.main");
  await page.waitForSelector("#more:not([hidden])");
}

/** From the second screen's button to the receipt. */
async function untilReceipt(page) {
  await page.waitForSelector("#receipt:not([hidden])");
  return (await page.textContent("#code")).trim();
}

async function untilDone(page) {
  await page.click("#written");
  await page.waitForSelector("#done:not([hidden])");
  return page.locator("#held li").allTextContents();
}

/** Answers on the second screen, or none. */
async function answer(page, { ticks = [], choices = {}, texts = {} }) {
  for (const id of ticks) {
    const box = page.locator(`[id="${id}"]`);
    if (!(await box.isVisible())) await page.locator(`details:has([id="${id}"]) summary`).click();
    await box.check();
  }
  for (const [field, code] of Object.entries(choices)) await page.selectOption(`#q-${field}`, code);
  for (const [field, text] of Object.entries(texts)) await page.fill(`#q-${field}`, text);
}

export async function send({ url, language, open, shoot, size = "phone", answers, ...what }) {
  const page = await open(size === "desktop" ? { viewport: { width: 1280, height: 900 } } : {});
  const shot = (step) => shoot(page, `${language}-${size}-${step}`);
  await page.goto(address(url, language));
  await page.waitForSelector("#fingerprint:not([hidden])");
  await shot("1-write");
  await write(page, what);
  await shot("2-questions");
  if (answers) await answer(page, answers);
  if (answers) await shot("2-questions-answered");
  const begun = Date.now();
  const received = page.waitForResponse((reply) => reply.url().includes("/reports/") && reply.status() === 201);
  await page.click(answers ? "#more p button.main" : "#send-short");
  await received;
  const sentAfter = Date.now() - begun;
  const code = await untilReceipt(page);
  await shot("3-receipt");
  const held = await untilDone(page);
  await shot("4-done");
  const notCleaned = (await page.isVisible("#not-cleaned")) ? await page.textContent("#not-cleaned") : "";
  return { code, held, sentAfter, notCleaned, left: await page.inputValue("#narrative"), url: page.url() };
}

export async function view({ url, language, open, shoot, name, size, javaScript = true, zoom = 1, userAgent }) {
  const page = await open({ viewport: size, javaScriptEnabled: javaScript, ...(userAgent ? { userAgent } : {}) });
  await page.goto(address(url, language));
  if (zoom !== 1) await page.evaluate((z) => { document.documentElement.style.fontSize = `${100 * z}%`; }, zoom);
  await shoot(page, name);
  const wide = javaScript ? await page.evaluate(() => document.documentElement.scrollWidth > innerWidth) : false;
  const shown = async (selector) => page.locator(selector).isVisible();
  return { wide, plain: await shown("#plain"), form: await shown("#write"), inApp: await shown("#in-app"), fault: await shown("#fault"),
    fields: await page.locator("textarea:visible, input[type=text]:visible").count() };
}

export async function contacts({ url, language, open, shoot, name, javaScript }) {
  const page = await open({ javaScriptEnabled: javaScript });
  await page.goto(address(url, language));
  await shoot(page, name);
  const top = async (selector) => (await page.locator(selector).boundingBox()).y;
  return { lines: await page.locator("#contacts li").allTextContents(), isAbove: (await top("#contacts")) < (await top(javaScript ? "#write" : "#hand-in")) };
}

/** axe-core on every screen; screens are shown as the page itself shows them. */
export async function axe({ url, language, open }) {
  const source = readFileSync(createRequire(`${process.env.SANDYK_NPM}/`).resolve("axe-core/axe.min.js"), "utf8");
  const page = await open({ bypassCSP: true });
  await page.goto(address(url, language));
  await page.waitForSelector("#fingerprint:not([hidden])");
  const faults = [];
  const look = async (screen) => {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
    const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    for (const each of violations) faults.push(`${screen}: ${each.id}: ${each.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
  };
  await page.click("#beside summary");
  await look("write");
  await page.click("#write button.main");
  await look("complaint");
  await write(page, { text: "text" });
  await page.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
  await look("questions");
  await page.route("**/reports/*", refused);
  await page.click("#send-short");
  await page.waitForSelector("#stuck:not([hidden])");
  await look("stuck");
  await page.unroute("**/reports/*");
  await page.click("#again");
  const code = await untilReceipt(page);
  await look("receipt");
  await untilDone(page);
  await look("done");
  await page.click("#new");
  await page.fill("#typed", code);
  await page.click("#ask button");
  await page.waitForSelector("#follow");
  await page.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
  await look("answers");
  await page.click("#withdraw button");
  await look("withdrawal");
  return { faults };
}

/** The whole way with the keyboard alone. */
export async function keyboard({ url, language, open }) {
  const page = await open();
  await page.goto(address(url, language));
  await page.waitForSelector("#fingerprint:not([hidden])");
  const order = [];
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName);
  const tabTo = async (id) => {
    for (let n = 0; n < 40; ++n) {
      await page.keyboard.press("Tab");
      order.push(await focused());
      if (order.at(-1) === id) return;
    }
    throw new Error(`no way to ${id}: ${order}`);
  };
  await tabTo("leave");
  await tabTo("narrative");
  await page.keyboard.type("by keyboard");
  await tabTo("files");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#more:not([hidden])");
  order.push(await focused());
  await tabTo("send-short");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#receipt:not([hidden])");
  await tabTo("written");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#done:not([hidden])");
  const held = await page.locator("#held li").allTextContents();
  await tabTo("new");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#write:not([hidden])");
  return { order, held, left: await page.inputValue("#narrative") };
}

/** What another person finds in the same browser afterwards. */
export async function traces({ url, language, open, shoot, text }) {
  const page = await open();
  await page.goto(address(url, language));
  await write(page, { text });
  await page.click("#send-short");
  await untilReceipt(page);
  const atReceipt = page.url();
  await untilDone(page);
  await page.goto("about:blank");
  await page.goBack();
  await page.waitForSelector("#write:not([hidden])");
  const found = await page.evaluate(async () => ({
    storage: localStorage.length + sessionStorage.length, cookies: document.cookie, state: history.state,
    databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
    body: document.body.innerText, values: [...document.querySelectorAll("textarea,input:not([type=checkbox])")].map((each) => each.value).join(""),
    code: document.getElementById("code").textContent,
  }));
  return { ...found, body: found.body.includes(text), atReceipt, now: page.url() };
}

/** With a line that is cut: at first for every report, then whole again. */
export async function cut({ url, language, open, shoot, ...what }) {
  const page = await open();
  await page.goto(address(url, language));
  await page.waitForSelector("#fingerprint:not([hidden])");
  let cuts = 0;
  await page.route("**/reports/*", (route) => (++cuts <= 2 ? route.abort("connectionreset") : route.continue()));
  await write(page, what);
  await page.click("#send-short");
  await page.waitForFunction(() => /\d/.test(document.getElementById("status").textContent));
  await shoot(page, `${language}-phone-waiting`);
  const code = await untilReceipt(page);
  return { code, cuts, held: await untilDone(page) };
}

/** How long it takes, and for how long at most the page does not answer. */
export async function large({ url, language, open, ...what }) {
  const page = await open();
  await page.goto(address(url, language));
  await page.waitForSelector("#fingerprint:not([hidden])");
  await write(page, what);
  await page.waitForTimeout(1500); // the code's keys are derived while one writes
  await page.evaluate(() => {
    window.longest = 0;
    let last = performance.now();
    setInterval(() => { const now = performance.now(); window.longest = Math.max(window.longest, now - last); last = now; }, 10);
  });
  const begun = Date.now();
  let textAfter = 0;
  page.on("response", (reply) => { if (reply.status() === 201 && reply.url().includes("/reports/")) textAfter ||= Date.now() - begun; });
  await page.click("#send-short");
  await page.waitForSelector("#receipt:not([hidden])");
  return { textAfter, allAfter: Date.now() - begun, longest: Math.round(await page.evaluate(() => window.longest)) };
}

/** A large file in parts, over a line that is cut four times. */
export async function cutParts({ url, language, open, ...what }) {
  const page = await open();
  await page.goto(address(url, language));
  await page.waitForSelector("#fingerprint:not([hidden])");
  let parts = 0, cuts = 0, begun = 0, sent = 0, length = 0;
  await page.route("**/uploads{,/*}", async (route) => {
    const request = route.request();
    if (request.method() === "POST") { ++begun; length = Number(request.headers()["upload-length"]); }
    if (request.method() !== "PATCH") return route.continue();
    sent += request.postDataBuffer().length;
    if (++parts % 3 !== 0 || cuts >= 4) return route.continue();
    ++cuts;
    if (cuts % 2 === 0) await route.fetch({ ignoreHTTPSErrors: true }); // the part arrives, its answer does not
    return route.abort("connectionreset");
  });
  await write(page, what);
  await page.click("#send-short");
  await untilReceipt(page);
  return { begun, cuts, sent, length, held: await untilDone(page) };
}

/** A file that never arrives: the words do. */
export async function lostFile({ url, language, open, shoot, text, files }) {
  const page = await open();
  await page.goto(address(url, language));
  await page.waitForSelector("#fingerprint:not([hidden])");
  let seen = 0;
  await page.route("**/reports/*", (route) => (++seen === 1 ? route.continue() : refused(route)));
  await write(page, { text, files });
  await page.click("#send-short");
  await page.waitForSelector("#stuck:not([hidden])");
  await shoot(page, `${language}-phone-stuck`);
  const why = await page.textContent("#stuck-why");
  await page.click("#go-on");
  await untilReceipt(page);
  const held = await untilDone(page);
  await shoot(page, `${language}-phone-carry`);
  return { why, held, carried: await page.locator("#saves a").count() };
}

/** The server dies once the page is there. */
export async function deadNode({ url, language, open, shoot, pid, ...what }) {
  const page = await open();
  await page.goto(address(url, language));
  await page.waitForLoadState("networkidle");
  process.kill(pid, "SIGKILL");
  await write(page, what);
  await page.click("#send-short");
  await untilReceipt(page);
  return { held: await untilDone(page) };
}

/** The page as a file without a network: keyring in, sealed files out. */
export async function offline({ url, open, shoot, keyring, text, files = [] }) {
  const page = await open({ offline: true, viewport: { width: 1280, height: 900 } });
  await page.goto(url);
  await page.waitForSelector("#offline:not([hidden])");
  await page.setInputFiles("#keyring-files", keyring);
  await write(page, { text, files });
  await page.click("#send-short");
  await shoot(page, "offline-sealing");
  await page.waitForSelector("#receipt:not([hidden]), #fault:not([hidden]), #stuck:not([hidden])");
  if (!(await page.isVisible("#receipt"))) return { fault: (await page.textContent("#fault")) || (await page.textContent("#stuck-why")) };
  const code = await untilReceipt(page);
  const held = await untilDone(page);
  await shoot(page, "offline-done");
  const saved = [];
  for (const link of await page.locator("#saves a").all()) {
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    saved.push({ name: download.suggestedFilename(), base64: readFileSync(await download.path()).toString("base64") });
  }
  return { code, held, saved, until: await page.textContent("#until") };
}

/** The form of the page without script. */
export async function handIn({ url, language, open, shoot, file, week, puzzle = "", name = "handed-in" }) {
  const page = await open({ javaScriptEnabled: false });
  await page.goto(address(url, language));
  const [year, number] = week.split("-W");
  await page.selectOption("#year", year);
  await page.selectOption("#week", number);
  if (puzzle) {
    await page.click("#hand-in summary");
    await page.fill("#puzzle", puzzle);
  }
  if (file) await page.setInputFiles("#file", file);
  const answered = page.waitForResponse("**/reports");
  await page.click("#hand-in button");
  const answer = await answered;
  await page.waitForLoadState();
  await shoot(page, `${language}-phone-${name}`);
  return { status: answer.status(), said: await page.locator(`p[lang=${language}]`).textContent(), hash: await page.locator("code").allTextContents() };
}

/** A page of another site sends a form here. */
export async function crossSite({ url, open, body, boundary }) {
  const page = await open();
  await page.route("https://elsewhere.example/**", (route) => route.fulfill({ contentType: "text/html", body: `<form method="post" action="${url}/reports" enctype="multipart/form-data"><input name="week" value="2026-W48"></form>` }));
  await page.goto("https://elsewhere.example/");
  const answered = page.waitForResponse("**/reports");
  await page.evaluate(() => document.forms[0].submit());
  return { status: (await answered).status() };
}

/** Reads what the code opens, and adds to the thread. Boards are served by `boards`: path to base64. */
export async function readAnswer({ url, language, open, shoot, code, boards = {}, follow, name = "answer" }) {
  const page = await open();
  const asked = [];
  await page.route("**/board/**", (route) => {
    const where = new URL(route.request().url()).pathname;
    asked.push(where);
    return boards[where] ? route.fulfill({ body: Buffer.from(boards[where], "base64") }) : route.fulfill({ status: 404 });
  });
  await page.goto(address(url, language));
  await page.waitForLoadState("networkidle");
  const before = asked.slice();
  await page.fill("#typed", code);
  await page.click("#ask button");
  await page.waitForFunction(() => document.getElementById("messages").textContent !== "" || !document.getElementById("fault").hidden);
  await shoot(page, `${language}-phone-${name}`);
  const said = await page.textContent("#messages"), fault = await page.textContent("#fault");
  let held = [];
  if (follow) {
    await page.fill("#follow-text", follow);
    await page.click("#follow button");
    await page.waitForSelector("#done:not([hidden])");
    held = await page.locator("#held li").allTextContents();
  }
  return { before, after: asked, said, fault, held };
}

export async function leave({ url, language, open }) {
  const page = await open();
  await page.route("https://www.wikipedia.org/**", (route) => route.fulfill({ body: "elsewhere", contentType: "text/plain" }));
  await page.goto(address(url, language));
  await page.fill("#narrative", "not to be seen");
  const referrer = page.waitForRequest("https://www.wikipedia.org/**").then((request) => request.headers().referer ?? "");
  await page.click("#leave");
  await page.waitForURL("https://www.wikipedia.org/**");
  const entries = await page.evaluate(() => history.length);
  return { referrer: await referrer, entries };
}

/** What the page shows under a code: each organisation's answers, and its other sentences. */
const shownAnswers = (page) => page.evaluate(() => {
  const answers = {}, said = [];
  let name = "", day = "";
  for (const { tagName, className, textContent } of document.getElementById("messages").children) {
    if (tagName === "H3") { name = textContent; answers[name] = []; day = ""; }
    else if (className === "message") answers[name].push([day, textContent]);
    else if (/^\d{4}-\d\d-\d\d$/.test(textContent)) day = textContent;
    else said.push(textContent);
  }
  return { answers, said };
});

/** What a lying server gives at these paths: bytes as base64, to the first `times` who ask for each. */
async function lie(page, boards, times) {
  const asked = {};
  await page.route("**/board/**", (route) => {
    const where = new URL(route.request().url()).pathname;
    asked[where] = (asked[where] ?? 0) + 1;
    return boards[where] && asked[where] <= times ? route.fulfill({ body: Buffer.from(boards[where], "base64") }) : route.continue();
  });
}

/** What the page asks of the server, without what differs from report to report. */
function listen(page, url) {
  const traffic = [];
  page.on("request", (request) => {
    if (request.url().startsWith(url)) traffic.push(`${request.method()} ${new URL(request.url()).pathname.replace(/[0-9a-f]{64}/, "ID")} ${request.postDataBuffer()?.length ?? 0}`);
  });
  return traffic;
}

/** One visit with a code, on that day: reads, and sends what there is to send. A browser of its own, as nothing is kept. */
export async function visit({ url, language, open, shoot, code, day, boards, times = Infinity, follow, files = [], withdraw, name }) {
  const page = await open();
  if (day) await page.clock.setFixedTime(`${day}T12:00:00Z`);
  if (boards) await lie(page, boards, times);
  const traffic = listen(page, url);
  await page.goto(address(url, language));
  await page.waitForLoadState("networkidle");
  await page.fill("#typed", code);
  await page.click("#ask button");
  await page.waitForSelector("#thread:not([hidden])");
  await page.waitForTimeout(100); // for a request that should not be
  const reading = traffic.splice(0);
  const found = { ...(await shownAnswers(page)), reading };
  if (follow || withdraw) {
    if (withdraw) await page.click("#thread summary");
    if (name) await shoot(page, name);
    if (withdraw) {
      await page.click("#withdraw button");
      found.unsure = await page.textContent("#fault");
      await page.check("#withdraw-sure");
      await page.click("#withdraw button");
    } else {
      await page.fill("#follow-text", follow);
      await page.setInputFiles("#follow-files", files);
      await page.click("#follow button");
    }
    await page.waitForSelector("#done:not([hidden])");
    found.note = await page.textContent("#done-note");
    found.sending = traffic;
    if (name) await shoot(page, `${name}-done`);
    await page.click("#new");
  } else {
    if (name) await shoot(page, name);
    await page.click("#close");
    await page.waitForSelector("#write:not([hidden])");
  }
  found.left = [await page.inputValue("#typed"), await page.textContent("#messages"), await page.isVisible("#thread")];
  return found;
}

/** Several visits, one after the other. */
export async function visits({ each, ...common }) {
  const found = [];
  for (const one of each) found.push(await visit({ ...common, ...one }));
  return { found };
}

/** An empty report, with the keyboard alone; what somebody has begun to write stays. */
export async function cover({ url, language, open, shoot }) {
  const page = await open();
  const traffic = listen(page, url);
  await page.goto(address(url, language));
  await page.waitForLoadState("networkidle");
  await page.fill("#narrative", "begun");
  await page.focus("#typed");
  for (const keys of ["Tab", "Tab", "Enter"]) await page.keyboard.press(keys);
  await page.waitForSelector("#cover button");
  await shoot(page, `${language}-phone-cover`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#done:not([hidden])");
  await shoot(page, `${language}-phone-cover-done`);
  const note = await page.textContent("#done-note");
  await page.click("#new");
  return { traffic, note, left: await page.inputValue("#narrative") };
}

/** Reads with a code and withdraws, with the keyboard alone. */
export async function withdrawByKeyboard({ url, language, open, code }) {
  const page = await open();
  await page.goto(address(url, language));
  await page.waitForLoadState("networkidle");
  await page.focus("#typed");
  await page.keyboard.type(code);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#thread:not([hidden])");
  const begin = await page.evaluate(() => document.activeElement.textContent);
  for (const keys of ["Tab", "Tab", "Tab", "Tab", "Tab", "Enter"]) await page.keyboard.press(keys); // text, files, tick, button, summary
  await page.waitForSelector("#withdraw button");
  for (const keys of ["Tab", "Space", "Tab", "Enter"]) await page.keyboard.press(keys);
  await page.waitForSelector("#done:not([hidden])");
  return { begin, note: await page.textContent("#done-note") };
}
