// Drives the desk's screen in Chromium for tests/scenario/screen_test.py:
//
//   browser.mjs STEPS
//
// STEPS is a function of steps.mjs; as JSON it reads what it works with: url, and whatever it asks for. Prints as JSON what it
// found, what the console heard, and where the browser wanted to go. SANDYK_NPM is the folder that tools/setup installed
// tests/npm/package.json into; SANDYK_SCREENSHOTS, where it is set, gets pictures.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as steps from "./steps.mjs";

const { chromium } = createRequire(`${process.env.SANDYK_NPM}/`)("playwright-core");
const name = process.argv[2];
const given = JSON.parse(readFileSync(0, "utf8"));
const screenshots = process.env.SANDYK_SCREENSHOTS;
if (screenshots) mkdirSync(screenshots, { recursive: true });

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const heard = [], asked = new Set();

/** A window of its own, at the desk's address. */
async function open({ language, way = given.url, waitFor = "nav", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block", acceptDownloads: false, ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const isOfNetwork = (text) => text.startsWith("Failed to load resource");
  page.on("console", (message) => { if (["error", "warning"].includes(message.type()) && !isOfNetwork(message.text())) heard.push(message.text()); });
  page.on("pageerror", (fault) => heard.push(String(fault)));
  page.on("dialog", (dialog) => { heard.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  context.on("page", (other) => { if (other !== page) heard.push(`another window: ${other.url()}`); });
  context.on("request", (request) => asked.add(request.url().startsWith("blob:") ? request.url().slice(0, 5) + new URL(request.url().slice(5)).origin : new URL(request.url()).origin));
  page.asking = 0;
  page.on("request", () => { ++page.asking; });
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, () => { --page.asking; });
  await page.goto(way);
  await page.waitForSelector(waitFor);
  if (language) await page.locator(".ends select").first().selectOption(language);
  return page;
}

const shoot = async (page, step) => {
  if (screenshots) await page.screenshot({ path: `${screenshots}/desk-${step}.png` });
};

try {
  const found = await steps[name]({ ...given, open, shoot });
  console.log(JSON.stringify({ ...found, heard, asked: [...asked] }));
} catch (fault) {
  console.error(fault, heard);
  process.exitCode = 1;
} finally {
  await browser.close();
}
