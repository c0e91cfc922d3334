// What staff do at the screen, step by step. Each function returns what the screen said.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The screen at a place; waits until what it loads is there. */
export async function at(page, place) {
  await page.evaluate((where) => { location.hash = where; }, place);
  await page.waitForFunction((where) => location.hash === `#${where}`, place);
  await settled(page);
}

export async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction((words) => ![...document.querySelectorAll("main .muted")].some((each) => words.includes(each.textContent)), ["Loading…", "Загрузка…", "Жүктөлүүдө…"]);
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
