// The page's words: those that the script says, from the catalogue that stands in the page.
import type catalogue from "../texts/en.json";
import { Fault } from "./core/fault";

export type TextKey = keyof (typeof catalogue)["script"];

/** Of the page. */
export function language(): "en" | "ru" | "ky" {
  const lang = document.documentElement.lang;
  return lang === "ru" || lang === "ky" ? lang : "en";
}

let texts: Partial<Record<string, string>> = {};

export function loadTexts(json: string): void {
  texts = JSON.parse(json) as typeof texts;
}

export function say(key: TextKey, places: Record<string, string | number> = {}): string {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(places[name] ?? ""));
}

/** A sentence for whatever went wrong. `n` is the largest report that the site takes, in MiB. */
export function sayFault(thrown: unknown, n = 0): string {
  const key = thrown instanceof Fault ? (`fault_${thrown.code}` satisfies TextKey) : "fault_other";
  const theirs = thrown instanceof Fault && thrown.say ? ` (${thrown.say})` : "";
  return say(key, { n }) + theirs;
}

export function sizeText(bytes: number): string {
  const kib = Math.ceil(bytes / 1024);
  return kib < 1024 ? `${kib} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
