// A case: its incidents in the order of time, who is in them, what was done.
import { useState } from "preact/hooks";
import { part, post } from "./api";
import { Actions } from "./actions";
import { entitiesOf, inTime, nameOf, reloadCasework, useCasework, type Casework } from "./casework";
import { EditCase } from "./cases";
import { Choose } from "./choosing";
import { cleaned } from "./incident";
import { dateShape, precisionOf } from "./incident_form";
import { Ladder, Reversals } from "./ladder";
import { Notes } from "./notes";
import { Relations } from "./relations";
import { count, language, t } from "./texts";
import type { Incident } from "./types";
import { Button, Chip, Heading, Panel, say, Text, useAct, Waiting } from "./ui";
import { choices, codes, familyOf, labelOf } from "./vocabulary";

const atOnce = 12;

/** An event with the bare minimum: what and when. */
function QuickAdd({ ofCase }: { ofCase: string }) {
  const [types, setTypes] = useState<string[]>([]);
  const [start, setStart] = useState("");
  const [title, setTitle] = useState("");
  const [isBusy, act] = useAct();
  const add = () => act(async () => {
    const precision = precisionOf(start);
    const made = await post<Incident>("/api/incidents", cleaned({ case_id: ofCase, types, title, ...(precision ? { when: { start, precision } } : {}) }));
    await reloadCasework();
    setTypes([]); setStart(""); setTitle("");
    say(t("form.saved", { id: made.id }));
  });
  return (
    <form class="add of-line quick" aria-label={t("case.quick")} onSubmit={(event) => { event.preventDefault(); if (types.length > 0) add(); }}>
      <Choose label={t("case.quick_types")} choices={choices("incident_type")} value={types} onChange={setTypes} />
      <Text label={t("form.date")} placeholder="2031-12-12" pattern={dateShape} value={start} onInput={setStart} />
      <Text label={t("case.quick_title")} placeholder={t("case.quick_title")} max={160} value={title} onInput={setTitle} />
      <Button type="submit" tone="main" disabled={isBusy || types.length === 0}>{t("add")}</Button>
      <a class="button quiet" href={`#/incident/new?case=${part(ofCase)}`}>{t("case.all_fields")}</a>
    </form>
  );
}

/** A span without what its ends share: 2031-11-28–29. */
function span(start: string, end: string): string {
  const from = start.split("-"), to = end.split("-");
  let shared = 0;
  while (shared < to.length - 1 && from.length === to.length && from[shared] === to[shared]) ++shared;
  return `${start}–${to.slice(shared).join("-")}`;
}

function when({ when: told }: Incident): string {
  if (!told?.start) return "—";
  const rough = told.precision && told.precision !== "day" && told.precision !== precisionOf(told.start) ? ` (${labelOf("date_precision", told.precision)})` : "";
  return (told.end ? span(told.start, told.end) : told.start) + rough;
}

function Line({ of, work }: { of: Incident; work: Casework }) {
  const targets = (of.targets ?? []).map((each) => (each.entity ? nameOf(work, each.entity) : labelOf("target_role", each.role ?? "")));
  return (
    <li class="incident">
      <p class="line"><span class="day">{when(of)}</span><a class="cut" href={`#/incident/${part(of.id)}`}>{of.title ?? of.types.map((code) => labelOf("incident_type", code)).join(", ")}</a><span class="number">{of.id}</span></p>
      <p class="line small wraps">
        {[...new Set(of.types)].map((code) => <Chip tone="family">{labelOf("incident_type", code)}</Chip>)}
        {targets.length > 0 && <span>→ {targets.join(", ")}</span>}
        <Reversals of={of} />
        <span class="ends"><Ladder of={of} isSmall /><span>{labelOf("verification", of.verification ?? "unreviewed")}</span>{(of.consent ?? ["desk_only"]).includes("desk_only") && <Chip tone="warn">{t("consent.desk_only")}</Chip>}</span>
      </p>
    </li>
  );
}

function month(incident: Incident): string {
  const start = incident.when?.start ?? "";
  if (start.length < 7) return start || t("case.no_date");
  // Browsers seldom know Kyrgyz; its months are called as the Russian ones.
  const name = new Date(`${start.slice(0, 7)}-01T00:00:00Z`).toLocaleDateString(language.get() === "en" ? "en" : "ru", { month: "long", timeZone: "UTC" });
  return t("case.month", { month: name, year: start.slice(0, 4) });
}

export function CaseScreen({ id }: { id: string }) {
  const work = useCasework();
  const [family, setFamily] = useState(""), [entity, setEntity] = useState("");
  const [isEditing, setEditing] = useState(false);
  const of = work?.cases.find((each) => each.id === id);
  if (!work || !of) return <div class="screen"><Heading>{id}</Heading>{work ? <p class="empty">{t("case.gone")}</p> : <Waiting of={{}} />}</div>;
  const ours = work.incidents.filter((each) => each.case_id === id).sort(inTime);
  const named = new Map<string, number>();
  for (const each of ours) for (const one of entitiesOf(each)) named.set(one, (named.get(one) ?? 0) + 1);
  const families = codes("incident_family").map(({ code }) => ({ code, n: ours.filter((each) => each.types.some((type) => familyOf(type) === code)).length })).filter(({ n }) => n > 0);
  const shown = ours.filter((each) => (!family || each.types.some((type) => familyOf(type) === family)) && (!entity || entitiesOf(each).has(entity)));
  const months = Map.groupBy(shown, month);
  const people = [...named].sort((a, b) => b[1] - a[1]);
  const person = ([one, n]: [string, number]) => (
    <li class="spread"><a href={`#/entity/${part(one)}`}>{nameOf(work, one)}</a>
      <Button tone="small" aria-pressed={entity === one} aria-label={t("case.only", { n, what: nameOf(work, one) })} onClick={() => setEntity(entity === one ? "" : one)}>{n}</Button></li>);
  return (
    <div class="screen">
      <Heading beside={<div class="buttons"><Chip tone={of.state === "open" ? "good" : ""}>{t(`case.${of.state}`)}</Chip><span class="small">{t("case.opened")}: {of.opened}{of.review_due && ` · ${t("case.review_due")}: ${of.review_due}`}</span><Button tone="small" onClick={() => setEditing(true)}>{t("edit")}</Button></div>}>
        {of.title} <span class="beside">{of.id}</span>
      </Heading>
      <div class="columns">
        <div class="column">
          <Panel title={t("case.timeline")} beside={<span class="small">{t("case.shown", { n: count(shown.length), of: count(ours.length) })}</span>}>
            <QuickAdd ofCase={id} />
            <div class="filters" role="group" aria-label={t("search.family")}>
              {families.map(({ code, n }) => <Button tone="small" aria-pressed={family === code} onClick={() => setFamily(family === code ? "" : code)}>{labelOf("incident_family", code)} <span class="count">{n}</span></Button>)}
              {entity && <Button tone="small" aria-pressed={true} onClick={() => setEntity("")}>{nameOf(work, entity)} ✕</Button>}
            </div>
            {[...months].map(([name, incidents]) => <section class="of-month"><h3>{name}</h3><ol class="list">{incidents.map((each) => <Line of={each} work={work} key={each.id} />)}</ol></section>)}
          </Panel>
        </div>
        <div class="column side">
          <Panel title={t("case.people")}>
            <ul class="list tight">{people.slice(0, atOnce).map(person)}</ul>
            {people.length > atOnce && <details><summary>{t("case.more", { n: people.length - atOnce })}</summary><ul class="list tight">{people.slice(atOnce).map(person)}</ul></details>}
          </Panel>
          <Relations work={work} of={({ from, to }) => named.has(from) || named.has(to)} />
          <Actions work={work} ofCase={id} covers={new Set(ours.map((each) => each.id))} />
          <Notes on={`case:${id}`} />
        </div>
      </div>
      {isEditing && <EditCase of={of} work={work} onClose={() => setEditing(false)} />}
    </div>
  );
}
