// An incident, coded from reports. What was typed and not saved is kept while the screen is open.
import { useEffect, useState } from "preact/hooks";
import { get, part, post, put, remove } from "./api";
import { reloadCasework, useCasework } from "./casework";
import { AnswersGiven, Links, WhereAndHow, What, Who } from "./incident_form";
import { Notes } from "./notes";
import { go, place, replace } from "./router";
import { Suggestions } from "./suggestions";
import { t } from "./texts";
import type { Incident, Report, Source } from "./types";
import { Button, Chip, complain, Dialog, Heading, Key, Panel, say, Select, Text, useAct, useLoad, Waiting } from "./ui";
import { choices, codes, familyOf, fieldLabel, labelOf } from "./vocabulary";

const drafts = new Map<string, Incident>();

/** As it is sent: what nobody filled in is left out. */
export function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) {
    const there = value.map(cleaned).filter((each) => each !== undefined);
    return there.length > 0 ? there : undefined;
  }
  if (typeof value === "object" && value !== null) {
    const there = Object.entries(value).map(([key, each]) => [key, cleaned(each)] as const).filter(([, each]) => each !== undefined);
    return there.length > 0 ? Object.fromEntries(there) : undefined;
  }
  return value === "" || value === undefined || value === null ? undefined : value;
}

const asStrings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each) => typeof each === "string") : typeof value === "string" ? [value] : []);
const known = (list: string, given: string[]) => given.filter((code) => codes(list).some((each) => each.code === code));

/** What a report says already, as the beginning of an incident. The person looks it over. */
function fromReport({ n, document }: Report): Incident {
  const [region] = known("region", asStrings(document.region)), [relation] = known("reporter_relation", asStrings(document.reporter_relation));
  return {
    id: "", types: [], channel: known("channel", asStrings(document.channel)), reported_to: known("reported_to", asStrings(document.reported_to)), verification: "reported",
    ...(region ? { where: { region } } : {}), sources: [{ report: String(n), ...(relation ? { relation } : {}) }],
    targets: known("target_role", asStrings(document.target_role)).map((role) => ({ role })), actors: known("actor_type", asStrings(document.actor_type)).map((type) => ({ type })),
    trigger: known("trigger", asStrings(document.trigger)).map((type) => ({ type })),
  };
}

function SourceLine({ of, set, drop, onReport }: { of: Source; set: (some: Partial<Source>) => void; drop: () => void; onReport: (report: Report) => void }) {
  const report = useLoad<Report>(of.report ? `/api/reports/${part(of.report)}` : null);
  useEffect(() => { if (report.value) onReport(report.value); }, [report.value]);
  return (
    <div class="of-line" role="group" aria-label={t("form.source")}>
      {report.value ? <a href={`#/report/${report.value.n}`}>№ {report.value.n}</a> : <Text label={t("form.report_number")} placeholder="№" value={of.report} onInput={(text) => set({ report: text })} />}
      <Select label={fieldLabel("report", "reporter_relation")} value={of.relation ?? ""} onChange={(relation) => set({ relation })} options={choices("reporter_relation")} none={fieldLabel("report", "reporter_relation")} />
      {report.value && <span class="small">{(report.value.consent.length > 0 ? report.value.consent : ["desk_only"]).map((code) => labelOf("consent", code)).join(" · ")}</span>}
      <Button tone="quiet small" aria-label={t("form.remove", { what: t("form.source") })} onClick={drop}>✕</Button>
    </div>
  );
}

/** What all sources allow. Nothing is what one of them does not allow. */
export function strictest(consents: string[][]): string[] {
  const [first = [], ...others] = consents;
  const allowed = first.filter((code) => code !== "desk_only" && others.every((each) => each.includes(code)));
  return allowed.length > 0 ? allowed : ["desk_only"];
}

function Sources({ draft, change }: { draft: Incident; change: (some: Partial<Incident>) => void }) {
  const [there, setThere] = useState<Record<string, Report>>({});
  const sources = draft.sources ?? [];
  const [number, setNumber] = useState("");
  const consents = sources.map((each) => there[each.report]?.consent).filter((each) => each !== undefined);
  const widest = sources.length > 0 && consents.length === sources.length ? strictest(consents) : null;
  const chosen = draft.consent ?? widest ?? [];
  const add = () => { if (/^\d+$/.test(number)) { change({ sources: [...sources, { report: number }] }); setNumber(""); } };
  return (
    <Panel title={t("form.sources")}>
      {sources.map((source, n) =>
        <SourceLine key={`${source.report}-${n}`} of={source} set={(some) => change({ sources: sources.map((each, at) => (at === n ? { ...each, ...some } : each)) })}
          drop={() => change({ sources: sources.filter((_, at) => at !== n) })} onReport={(report) => setThere((now) => ({ ...now, [source.report]: report }))} />)}
      <div class="of-line"><Text label={t("form.report_number")} placeholder={t("form.report_number")} value={number} onInput={setNumber} /><Button tone="small" onClick={add}>+ {t("form.source")}</Button></div>
      <fieldset class="plain"><legend>{fieldLabel("incident", "consent")}</legend>
        <p class="small">{widest ? t("form.consent_strictest", { list: widest.map((code) => labelOf("consent", code)).join(" · ") }) : t("form.consent_none")}</p>
        {choices("consent").filter(({ value }) => value !== "desk_only" && (widest ? widest.includes(value) : chosen.includes(value))).map(({ value, label }) =>
          <p class="tick"><input type="checkbox" id={`consent-${value}`} checked={chosen.includes(value)} onChange={(event) => {
            const now = event.currentTarget.checked ? [...chosen, value].filter((code) => code !== "desk_only") : chosen.filter((code) => code !== value);
            change({ consent: now.length > 0 ? now : ["desk_only"] });
          }} /> <label for={`consent-${value}`}>{label}</label></p>)}
        {chosen.includes("desk_only") && <p><Chip tone="warn">{labelOf("consent", "desk_only")}</Chip></p>}
      </fieldset>
    </Panel>
  );
}

function Evidence({ of }: { of: Incident }) {
  const all = (of.evidence ?? []) as { id?: string; kind?: string; sha256?: string }[];
  if (all.length === 0) return null;
  return <Panel title={fieldLabel("incident", "evidence")}><ul class="list">{all.map((each) => <li>{each.id} · {labelOf("evidence_kind", each.kind ?? "")}{each.sha256 && <p class="hash">{each.sha256}</p>}</li>)}</ul></Panel>;
}

function Editor({ stored, id, onSaved }: { stored: Incident; id: string; onSaved?: (saved: Incident) => void }) {
  const work = useCasework();
  const [draft, setDraft] = useState(drafts.get(id) ?? stored);
  const [isDeleting, setDeleting] = useState(false);
  const [isBusy, act] = useAct();
  const isNew = id === "new" || id.startsWith("new?");
  const isChanged = draft !== stored;
  const change = (some: Partial<Incident>) => setDraft((now) => { const then = { ...now, ...some }; drafts.set(id, then); return then; });
  const save = () => {
    if (isBusy) return;
    if (draft.types.length === 0) { complain(t("form.types_needed")); return; }
    act(async () => {
      const { id: own, ...rest } = cleaned(draft) as Incident;
      const saved = isNew ? await post<Incident>("/api/incidents", rest) : await put<Incident>(`/api/incidents/${part(own)}`, { id: own, ...rest });
      drafts.delete(id);
      await reloadCasework();
      say(t("form.saved", { id: saved.id }));
      if (isNew) replace(`/incident/${part(saved.id)}`);
      else { onSaved?.(saved); setDraft(saved); }
    });
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && (event.code === "KeyS" || event.key === "Enter") && !(event.target as Element).closest?.("dialog, .add")) { event.preventDefault(); save(); }
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => { if (drafts.size > 0) event.preventDefault(); };
    window.addEventListener("beforeunload", leaving);
    return () => window.removeEventListener("beforeunload", leaving);
  }, []);
  const families = [...new Set(draft.types.map(familyOf))];
  const give = { draft, change, work };
  return (
    <div class="screen">
      <Heading beside={<div class="buttons">{isChanged && <Chip tone="warn">{t("form.unsaved")}</Chip>}
        {isChanged && <Button tone="quiet" onClick={() => { drafts.delete(id); setDraft(stored); }}>{t("form.discard")}</Button>}
        {!isNew && <Button tone="quiet danger" onClick={() => setDeleting(true)}>{t("delete")}</Button>}
        {draft.case_id && <a class="button quiet" href={`#/case/${part(draft.case_id)}`}>{t("form.to_case")}</a>}
        <Button tone="main" disabled={isBusy} onClick={save}>{t("save")} <Key of="Ctrl S" /></Button></div>}>
        {isNew ? t("form.new") : `${id} · ${draft.title ?? ""}`} {families.map((code) => <Chip tone="family">{labelOf("incident_family", code)}</Chip>)}
      </Heading>
      <div class="columns even">
        <div class="column"><What {...give} /><Who {...give} /><WhereAndHow {...give} /></div>
        <div class="column">{!isNew && <Suggestions on={`incident:${id}`} />}<Sources draft={draft} change={change} /><AnswersGiven {...give} /><Links {...give} /><Evidence of={draft} />{!isNew && <Notes on={`incident:${id}`} />}</div>
      </div>
      {isDeleting && <Dialog title={t("form.delete_title", { id })} onClose={() => setDeleting(false)}><p>{t("form.delete_why")}</p><p class="buttons">
        <Button tone="danger" disabled={isBusy} onClick={() => act(async () => { await remove(`/api/incidents/${part(id)}`); drafts.delete(id); await reloadCasework(); go(draft.case_id ? `/case/${part(draft.case_id)}` : "/cases"); })}>{t("delete")}</Button>
        <Button onClick={() => setDeleting(false)}>{t("cancel")}</Button></p></Dialog>}
    </div>
  );
}

function NewIncident() {
  const { words } = place();
  const report = words.get("report"), ofCase = words.get("case");
  const [begun, setBegun] = useState<Incident | null>(report ? null : { id: "", types: [], ...(ofCase ? { case_id: ofCase } : {}) });
  useEffect(() => { if (report) get<Report>(`/api/reports/${part(report)}`).then((value) => setBegun({ ...fromReport(value), ...(ofCase ? { case_id: ofCase } : {}) }), complain); }, [report]);
  return begun ? <Editor stored={begun} id={`new?${words}`} /> : <div class="screen"><Heading>{t("form.new")}</Heading><Waiting of={{}} /></div>;
}

function StoredIncident({ id }: { id: string }) {
  const loaded = useLoad<Incident>(`/api/incidents/${part(id)}`);
  return loaded.value ? <Editor stored={loaded.value} id={id} onSaved={loaded.set} /> : <div class="screen"><Heading>{id}</Heading><Waiting of={loaded} /></div>;
}

export const IncidentScreen = ({ id }: { id: string }) => (id === "new" ? <NewIncident /> : <StoredIncident id={id} />);
