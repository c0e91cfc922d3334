// The frame: the ways between the screens, the language, the light.
import { useEffect, useState } from "preact/hooks";
import { post } from "./api";
import { CaseScreen } from "./case";
import { Cases } from "./cases";
import { EntityScreen } from "./entity";
import { Help } from "./help";
import { IncidentScreen } from "./incident";
import { useKeys } from "./keys";
import { ReportScreen } from "./report";
import { Retention } from "./retention";
import { go, usePlace, type Place } from "./router";
import { Search } from "./search";
import { state } from "./session";
import { useValue, Value } from "./store";
import { count, language, languages, t } from "./texts";
import { Triage } from "./triage";
import { WeeksScreen } from "./weeks";
import { Announcement, Button, complain, Dialog, Select } from "./ui";

const isClosed = new Value(false);
const light = new Value<"" | "light" | "dark">("");

/** What stands when there is no server to talk to. */
export function Closed({ why }: { why: string }) {
  return <main class="closed"><h1 tabIndex={-1}>Sandyk</h1><p>{why || t("closed.no_token")}</p></main>;
}

// Each way, and the screens that belong to it.
const ways: [string, string[]][] = [["triage", ["triage", "report"]], ["cases", ["cases", "case", "incident", "entity"]], ["search", ["search"]], ["keys", ["keys"]], ["retention", ["retention"]]];

function Screen({ at }: { at: Place }) {
  switch (at.name) {
    case "triage": return <Triage />;
    case "report": return <ReportScreen n={Number(at.rest[0])} />;
    case "cases": return <Cases />;
    case "case": return <CaseScreen id={at.rest[0] ?? ""} />;
    case "incident": return <IncidentScreen id={at.rest[0] ?? ""} />;
    case "entity": return <EntityScreen id={at.rest[0] ?? ""} />;
    case "search": return <Search />;
    case "keys": return <WeeksScreen />;
    case "retention": return <Retention />;
    default: return <div class="screen"><h1 tabIndex={-1}>{t("no_such_screen")}</h1></div>;
  }
}

function Top({ at, onHelp }: { at: Place; onHelp: () => void }) {
  const now = useValue(state)!, shade = useValue(light);
  const [isLeaving, setLeaving] = useState(false);
  const number = (name: string) => ({ triage: now.counts.new, cases: now.counts.suggestions, keys: now.weeks_due, retention: now.counts.overdue } as Record<string, number | undefined>)[name];
  const quit = () => { post("/api/quit").catch(complain).finally(() => isClosed.set(true)); };
  return (
    <header class="top">
      <a class="skip" href={location.hash} onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>("h1")?.focus(); }}>{t("skip")}</a>
      <span class="name">Sandyk</span>
      <nav aria-label={t("nav")}>
        {ways.map(([name, screens]) =>
          <a href={`#/${name}`} aria-current={screens.includes(at.name) ? "page" : undefined}>{t(`nav.${name}`)}{number(name) ? <span class={`count ${name === "retention" ? "is-alarm" : ""}`} title={t(`nav.${name}_count`)}>{count(number(name)!)}</span> : null}</a>)}
      </nav>
      <div class="ends">
        <span class="muted">{now.desk}</span>
        <Select label={t("language")} value={language.get()} onChange={language.set} options={languages.map(([value, label]) => ({ value, label }))} />
        <Select label={t("light")} value={shade} onChange={(value) => light.set(value as "")} options={["", "light", "dark"].map((value) => ({ value, label: t(`light.${value || "system"}`) }))} />
        <Button tone="quiet" onClick={onHelp} aria-label={t("help.title")}>?</Button>
        <Button tone="quiet" title={t("quit")} onClick={() => setLeaving(true)}>{t("close")}</Button>
      </div>
      {isLeaving && <Dialog title={t("quit.title")} onClose={() => setLeaving(false)}><p>{t("quit.why")}</p><p class="buttons"><Button tone="main" onClick={quit}>{t("quit")}</Button></p></Dialog>}
    </header>
  );
}

export function App() {
  const at = usePlace(), lang = useValue(language), shade = useValue(light), hasEnded = useValue(isClosed);
  const [isHelping, setHelping] = useState(false);
  const where = [at.name, ...at.rest].join("/");
  useEffect(() => { document.documentElement.lang = lang; }, [lang]);
  useEffect(() => { if (shade) document.documentElement.dataset.light = shade; else delete document.documentElement.dataset.light; }, [shade]);
  useEffect(() => {
    document.title = "Sandyk";
    if (at.name !== "triage" && at.name !== "search") document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [where]);
  useKeys({ "?": () => setHelping(true), "/": () => go("/search") });
  if (hasEnded) return <Closed why={t("closed.ended")} />;
  return (
    <div class="app" key={lang}>
      <Top at={at} onHelp={() => setHelping(true)} />
      <main><Screen at={at} key={where} /></main>
      <Announcement />
      {isHelping && <Help onClose={() => setHelping(false)} />}
    </div>
  );
}
