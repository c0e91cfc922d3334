// The desk's screen. All it shows comes from the desk's own server on this machine.
import "./tokens.css";
import "./screen.css";
import { render } from "preact";
import { get, takeToken } from "./api";
import { App, Closed } from "./app";
import { refresh, state } from "./session";
import { isLanguage, language } from "./texts";
import { sentence } from "./ui";
import { setVocabulary } from "./vocabulary";

async function begin(): Promise<void> {
  const hasToken = takeToken();
  try {
    if (!hasToken) throw new Error();
    await refresh();
    setVocabulary(await get("/api/vocabulary"));
  } catch (fault) {
    render(<Closed why={hasToken ? sentence(fault) : ""} />, document.body);
    return;
  }
  const lang = state.get()!.lang;
  if (isLanguage(lang)) language.set(lang);
  render(<App />, document.body);
}

// Without this a new address in the same tab would keep the old token.
window.addEventListener("hashchange", () => { if (/^#[\w-]{43}$/.test(location.hash)) location.reload(); });
void begin();
