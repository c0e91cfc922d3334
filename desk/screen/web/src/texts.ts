// What the screen says, in the language of who works at it.
import en from "../texts/en.json";
import ky from "../texts/ky.json";
import ru from "../texts/ru.json";
import { Value } from "./store";

const catalogues: Record<string, Record<string, string>> = { en, ru, ky };
export const languages: [string, string][] = [["en", "English"], ["ru", "Русский"], ["ky", "Кыргызча"]];
export const language = new Value("en");

export const isLanguage = (code: string) => code in catalogues;

/** A text of the catalogue; `{name}` is filled from `places`. What the catalogue lacks is shown as its key. */
export function t(key: string, places: Record<string, string | number> = {}): string {
  const text = catalogues[language.get()]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
}

export const has = (key: string) => key in en;
export const count = (n: number) => n.toLocaleString(language.get() === "en" ? "en" : "ru");

export function size(bytes: number): string {
  if (bytes < 1024) return t("size.bytes", { n: bytes });
  return bytes < 1024 * 1024 ? t("size.kib", { n: Math.ceil(bytes / 1024) }) : t("size.mib", { n: (bytes / 1024 / 1024).toFixed(1) });
}
