// Drives the reporter's page in Chromium for tests/scenario/page_test.py:
//
//   browser.mjs STEPS
//
// STEPS is a function of steps.mjs; as JSON it reads what it works with: url, and whatever it asks for. Prints as JSON what it
// found. SANDYK_NPM is the folder that tools/setup installed tests/npm/package.json into; SANDYK_SCREENSHOTS, where
// it is set, gets a picture of each step.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as steps from "./steps.mjs";

const { chromium } = createRequire(`${process.env.SANDYK_NPM}/`)("playwright-core");
const name = process.argv[2];
const given = JSON.parse(readFileSync(0, "utf8"));
const screenshots = process.env.SANDYK_SCREENSHOTS;
if (screenshots) mkdirSync(screenshots, { recursive: true });

const browser = await chromium.launch({
  executablePath: given.chromium ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage", ...(given.flags ?? [])],
});
const heard = [];

/** A browser of its own: nothing is shared with another. */
async function open(options = {}) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true, viewport: { width: 360, height: 740 }, serviceWorkers: "block", acceptDownloads: true, ...options,
  });
  context.setDefaultTimeout(given.patience ?? 60_000);
  const page = await context.newPage();
  // What the network did is for the steps to judge; a policy that was broken, or a fault of the script, never may be.
  const isOfNetwork = (text) => text.startsWith("Failed to load resource");
  page.on("console", (message) => { if (["error", "warning"].includes(message.type()) && !isOfNetwork(message.text())) heard.push(message.text()); });
  page.on("pageerror", (fault) => heard.push(String(fault)));
  return page;
}

const shoot = async (page, step) => {
  if (screenshots) await page.screenshot({ path: `${screenshots}/${step}.png`, fullPage: true });
};

try {
  const found = await steps[name]({ ...given, open, shoot, browser });
  console.log(JSON.stringify({ ...found, heard }));
} catch (fault) {
  console.error(fault, heard);
  process.exitCode = 1;
} finally {
  await browser.close();
}
