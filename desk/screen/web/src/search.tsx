// One box over everything. What was typed is kept nowhere but here.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Words } from "./api";
import { caseChoices, entityChoices, useCasework } from "./casework";
import { ChooseOne } from "./choosing";
import { wordsOf } from "./folding";
import { useKeys } from "./keys";
import { Pages } from "./pages";
import { go } from "./router";
import { pageOfRows, Rows } from "./rows";
import { useValue, Value } from "./store";
import { count, t } from "./texts";
import type { Entity, Incident, Note } from "./types";
import { Button, Field, Heading, Panel, Select, sentence, Text, useLoad } from "./ui";
import { Untrusted } from "./untrusted";
import { choices } from "./vocabulary";

interface Others { incidents: Incident[]; entities: Entity[]; notes: Note[] }

const turn = new Value({});
const hits = new Pages({}, () => turn.set({}));
const sought = new Value<{ words: string; filters: Words }>({ words: "", filters: {} });
const pause = 150;

const whereNote = (on: string): string => { const [kind, id = ""] = on.split(":"); return `#/${kind}/${encodeURIComponent(id)}`; };

function Elsewhere({ typed }: { typed: string }) {
  const words = wordsOf(typed);
  const found = useLoad<Others>(words.length > 0 ? "/api/search" : null, { words: typed }).value;
  if (!found || found.incidents.length + found.entities.length + found.notes.length === 0) return null;
  return (
    <Panel title={t("search.elsewhere")} tone="elsewhere">
      <ul class="list tight">
        {found.incidents.map((each) => <li><a href={`#/incident/${encodeURIComponent(each.id)}`}>{each.id} · <Untrusted text={each.title ?? ""} words={words} /></a> <span class="small">{each.when?.start}</span></li>)}
        {found.entities.map((each) => <li><a href={`#/entity/${encodeURIComponent(each.id)}`}><Untrusted text={each.label} words={words} /></a> <span class="small">{each.id}</span></li>)}
        {found.notes.map((each) => <li><a href={whereNote(each.on)}>{t("notes.one")}</a> <Untrusted text={each.text} words={words} /></li>)}
      </ul>
    </Panel>
  );
}

export function Search() {
  useValue(turn);
  const { words, filters } = useValue(sought);
  const work = useCasework();
  const [typed, setTyped] = useState(words);
  const box = useRef<HTMLDivElement>(null);
  const first = useRef(true);
  useEffect(() => { box.current?.querySelector("input")?.focus(); }, []);
  useEffect(() => {
    const later = window.setTimeout(() => sought.set({ words: typed, filters: sought.get().filters }), pause);
    return () => clearTimeout(later);
  }, [typed]);
  const asked = { ...filters, words: words.trim() };
  const isAsking = Object.values(asked).some(Boolean);
  useEffect(() => {
    if (first.current && hits.isKnown && JSON.stringify(hits.filter) === JSON.stringify(asked)) { first.current = false; return; }
    first.current = false;
    if (isAsking) hits.restart(asked);
  }, [JSON.stringify(asked)]);

  const filter = (name: string, value: string) => sought.set({ words, filters: { ...filters, [name]: value } });
  const of = (name: string) => String(filters[name] ?? "");
  const move = (cursor: number) => { hits.cursor = Math.max(0, Math.min(hits.total - 1, cursor)); turn.set({}); };
  const by = (step: number) => () => move(hits.cursor + step);
  const open = () => { const row = hits.rows[hits.cursor]; if (row) go(`/report/${row.n}`); };
  useKeys({ j: by(1), ArrowDown: by(1), k: by(-1), ArrowUp: by(-1), PageDown: () => move(hits.cursor + pageOfRows()), PageUp: () => move(hits.cursor - pageOfRows()), Enter: open, o: open, Escape: () => box.current?.querySelector("input")?.focus(), "/": () => box.current?.querySelector("input")?.focus() });
  const date = (name: string, label: string) => <Field label={label}>{({ id }) => <Text id={id} placeholder="2031-12-01" pattern="\d{4}-\d{2}-\d{2}" value={of(name)} onInput={(value) => { if (value === "" || /^\d{4}-\d{2}-\d{2}$/.test(value)) filter(name, value); }} />}</Field>;

  return (
    <div class="screen fixed">
      <Heading beside={isAsking && hits.isKnown ? <p class="muted" role="status">{t("search.found", { n: count(hits.total) })}</p> : undefined}>{t("nav.search")}</Heading>
      <div class="search-box" ref={box} role="search" onKeyDown={(event) => { if ((event.key === "ArrowDown" || event.key === "Enter") && (event.target as Element).matches(".seek")) { event.preventDefault(); document.querySelector<HTMLElement>(".rows")?.focus(); } }}>
        <input class="seek" type="text" aria-label={t("search.box")} placeholder={t("search.box")} value={typed} autocomplete="off" spellcheck={false} onInput={(event) => setTyped(event.currentTarget.value)} />
        <div class="filter-line">
          <Field label={t("search.family")}>{({ id }) => <Select id={id} value={of("family")} onChange={(value) => filter("family", value)} options={choices("incident_family")} none={t("search.any")} />}</Field>
          <Field label={t("search.region")}>{({ id }) => <Select id={id} value={of("region")} onChange={(value) => filter("region", value)} options={choices("region")} none={t("search.any")} />}</Field>
          <Field label={t("search.danger")}>{({ id }) => <Select id={id} value={of("danger")} onChange={(value) => filter("danger", value)} options={choices("danger")} none={t("search.any")} />}</Field>
          <Field label={t("search.consent")}>{({ id }) => <Select id={id} value={of("consent")} onChange={(value) => filter("consent", value)} options={choices("consent")} none={t("search.any")} />}</Field>
          {date("from", t("search.from"))}{date("to", t("search.to"))}
          <Field label={t("search.entity")}>{({ id }) => <ChooseOne id={id} choices={entityChoices(work)} value={of("entity")} onChange={(value) => filter("entity", value)} />}</Field>
          <Field label={t("search.case")}>{({ id }) => <ChooseOne id={id} choices={caseChoices(work)} value={of("case")} onChange={(value) => filter("case", value)} />}</Field>
          <Button tone="quiet" onClick={() => { setTyped(""); sought.set({ words: "", filters: {} }); }}>{t("search.clear")}</Button>
        </div>
      </div>
      <Elsewhere typed={words} />
      {isAsking && hits.fault ? <p class="fault" role="alert">{sentence(hits.fault)}</p> : null}
      {!isAsking ? <p class="empty">{t("search.help")}</p> : hits.isKnown && hits.total === 0 ? <p class="empty">{t("search.nothing")}</p> : null}
      {isAsking && hits.total > 0 && <Rows pages={hits} label={t("search.results")} words={wordsOf(words)} onOpen={(row) => go(`/report/${row.n}`)} onMove={move} />}
    </div>
  );
}
