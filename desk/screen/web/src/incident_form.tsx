// The fields of an incident. Only its types are needed; everything else may come later.
import type { ComponentChildren } from "preact";
import { put } from "./api";
import { entityChoices, freeId, incidentChoices, reloadCasework, type Casework } from "./casework";
import { Choose, ChooseOne } from "./choosing";
import { Ladder } from "./ladder";
import { t } from "./texts";
import type { Actor, Answer, Entity, Incident, Link, Target, Trigger, When } from "./types";
import { Area, Button, complain, Field, Panel, Select, Text } from "./ui";
import { choices, fieldLabel } from "./vocabulary";

export interface FormProps { draft: Incident; change: (some: Partial<Incident>) => void; work: Casework | null }

/** The shape of a date says how exact it is, as long as nobody says otherwise. */
export function precisionOf(start: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(start)) return "day";
  if (/^\d{4}-\d{2}$/.test(start)) return "month";
  return /^\d{4}$/.test(start) ? "year" : undefined;
}

export const dateShape = "\\d{4}(-\\d{2}(-\\d{2})?)?";

/** Makes an entity of a name that was typed. */
const maker = (work: Casework | null, letter: string, kind: string) => async (label: string): Promise<string | undefined> => {
  const id = freeId(letter, (work?.entities ?? []).map((each) => each.id));
  try {
    await put<Entity>(`/api/entities/${encodeURIComponent(id)}`, { id, kind, label });
    await reloadCasework();
    return id;
  } catch (fault) {
    complain(fault);
    return undefined;
  }
};

interface LinesProps<T> { label: string; lines: T[]; onChange: (lines: T[]) => void; blank: T; add: string; children: (line: T, set: (some: Partial<T>) => void) => ComponentChildren }
function Lines<T extends object>({ label, lines, onChange, blank, add, children }: LinesProps<T>) {
  return (
    <fieldset class="lines"><legend>{label}</legend>
      {lines.map((line, n) =>
        <div class="of-line" role="group" aria-label={`${label} ${n + 1}`}>
          {children(line, (some) => onChange(lines.map((each, at) => (at === n ? { ...each, ...some } : each))))}
          <Button tone="quiet small" aria-label={t("form.remove", { what: `${label} ${n + 1}` })} onClick={() => onChange(lines.filter((_, at) => at !== n))}>✕</Button>
        </div>)}
      <Button tone="small" onClick={() => onChange([...lines, blank])}>+ {add}</Button>
    </fieldset>
  );
}

const coded = (list: string) => ({ options: choices(list), none: "—" });

export function What({ draft, change, work }: FormProps) {
  const when: When = draft.when ?? {};
  const setWhen = (some: Partial<When>) => {
    const now = { ...when, ...some };
    const exact = some.start !== undefined ? precisionOf(some.start) : undefined;
    change({ when: { ...now, ...(exact ? { precision: exact } : {}) } });
  };
  return (
    <Panel title={t("form.what")}>
      <Field label={fieldLabel("incident", "types")}>{({ id }) => <Choose id={id} choices={choices("incident_type")} value={draft.types} onChange={(types) => change({ types })} />}</Field>
      <Field label={fieldLabel("incident", "title")}>{({ id }) => <Text id={id} max={160} value={draft.title ?? ""} onInput={(title) => change({ title })} />}</Field>
      <Field label={fieldLabel("incident", "when")} help={t("form.when_help")}>{({ id, describedBy }) =>
        <div class="beside-each-other">
          <Text id={id} {...(describedBy ? { describedBy } : {})} pattern={dateShape} placeholder="2031-12-12" value={when.start ?? ""} onInput={(start) => setWhen({ start })} />
          <Text label={t("form.until")} pattern={dateShape} placeholder={t("form.until")} value={when.end ?? ""} onInput={(end) => setWhen({ end })} />
          <Select label={t("form.precision")} value={when.precision ?? ""} onChange={(precision) => setWhen({ precision })} {...coded("date_precision")} />
          <Select label={t("form.time")} value={when.time_of_day ?? ""} onChange={(time_of_day) => setWhen({ time_of_day })} options={choices("time_of_day")} none={t("form.time")} />
        </div>}
      </Field>
      <Field label={fieldLabel("incident", "case_id")}>{({ id }) => <ChooseOne id={id} choices={(work?.cases ?? []).map((each) => ({ value: each.id, label: each.title, hint: each.id }))} value={draft.case_id ?? ""} onChange={(case_id) => change({ case_id })} />}</Field>
      <Field label={fieldLabel("incident", "summary")}>{({ id }) => <Area id={id} rows={3} value={draft.summary ?? ""} onInput={(summary) => change({ summary })} />}</Field>
      <Field label={fieldLabel("incident", "verification")}>{({ id }) => <Select id={id} value={draft.verification ?? "unreviewed"} onChange={(verification) => change({ verification })} options={choices("verification")} />}</Field>
    </Panel>
  );
}

export function Who({ draft, change, work }: FormProps) {
  const entities = entityChoices(work);
  return (
    <Panel title={t("form.who")}>
      <Lines<Target> label={fieldLabel("incident", "targets")} add={t("form.target")} lines={draft.targets ?? []} onChange={(targets) => change({ targets })} blank={{}}>{(line, set) => <>
        <ChooseOne label={t("form.entity")} choices={entities} value={line.entity ?? ""} onNew={maker(work, "E", "person")}
          onChange={(entity) => { const role = work?.entities.find((each) => each.id === entity)?.role; set({ entity, ...(role && !line.role && choices("target_role").some((each) => each.value === role) ? { role } : {}) }); }} />
        <Select label={t("form.role")} value={line.role ?? ""} onChange={(role) => set({ role })} options={choices("target_role")} none={t("form.role")} /></>}
      </Lines>
      <Lines<Actor> label={fieldLabel("incident", "actors")} add={t("form.actor")} lines={draft.actors ?? []} onChange={(actors) => change({ actors })} blank={{}}>{(line, set) => <>
        <ChooseOne label={t("form.entity")} choices={entities} value={line.entity ?? ""} onNew={maker(work, "X", "person")}
          onChange={(entity) => { const role = work?.entities.find((each) => each.id === entity)?.role; set({ entity, ...(role && !line.type && choices("actor_type").some((each) => each.value === role) ? { type: role } : {}) }); }} />
        <Select label={t("form.actor_type")} value={line.type ?? ""} onChange={(type) => set({ type })} options={choices("actor_type")} none={t("form.actor_type")} />
        <Select label={t("form.basis")} value={line.basis ?? ""} onChange={(basis) => set({ basis })} options={choices("actor_basis")} none={t("form.basis")} />
        <Select label={t("form.involvement")} value={line.involvement ?? ""} onChange={(involvement) => set({ involvement })} options={choices("involvement")} none={t("form.involvement")} /></>}
      </Lines>
      <Lines<Trigger> label={fieldLabel("incident", "trigger")} add={t("form.trigger")} lines={draft.trigger ?? []} onChange={(trigger) => change({ trigger })} blank={{}}>{(line, set) => <>
        <Select label={t("form.trigger_type")} value={line.type ?? ""} onChange={(type) => set({ type })} options={choices("trigger")} none={t("form.trigger_type")} />
        <ChooseOne label={t("form.entity")} choices={entities} value={line.entity ?? ""} onNew={maker(work, "P", "publication")} onChange={(entity) => set({ entity })} /></>}
      </Lines>
    </Panel>
  );
}

export function WhereAndHow({ draft, change }: FormProps) {
  const where = draft.where ?? {}, impact = draft.impact ?? {};
  const setWhere = (some: object) => change({ where: { ...where, ...some } });
  const setImpact = (some: object) => change({ impact: { ...impact, ...some } });
  const flag = (name: string) => (impact[name] === true ? "yes" : impact[name] === false ? "no" : "");
  const asFlag = (value: string) => (value === "" ? undefined : value === "yes");
  const yesNo = [{ value: "yes", label: t("yes") }, { value: "no", label: t("no") }];
  return (
    <Panel title={t("form.where")}>
      <Field label={fieldLabel("incident", "where")} help={t("form.where_help")}>{({ id, describedBy }) =>
        <div class="beside-each-other">
          <Select id={id} {...(describedBy ? { describedBy } : {})} value={where.region ?? ""} onChange={(region) => setWhere({ region })} options={choices("region")} none={t("form.region")} />
          <Select label={t("form.area")} value={where.area ?? ""} onChange={(area) => setWhere({ area })} options={choices("area")} none={t("form.area")} />
          <Select label={t("form.place")} value={where.place_type ?? ""} onChange={(place_type) => setWhere({ place_type })} options={choices("place_type")} none={t("form.place")} />
          <Text label={t("form.country")} placeholder={t("form.country")} max={2} pattern="[A-Z]{2}" value={where.country ?? ""} onInput={(country) => setWhere({ country: country.toUpperCase() })} />
        </div>}
      </Field>
      <Field label={fieldLabel("incident", "channel")}>{({ id }) => <Choose id={id} choices={choices("channel")} value={draft.channel ?? []} onChange={(channel) => change({ channel })} />}</Field>
      <Field label={fieldLabel("incident", "impact")}>{({ id }) =>
        <div class="beside-each-other">
          <Select id={id} value={String(impact.injury ?? "")} onChange={(injury) => setImpact({ injury })} options={choices("injury")} none={t("form.injury")} />
          <Select label={t("form.work_stopped")} value={flag("work_stopped")} onChange={(value) => setImpact({ work_stopped: asFlag(value) })} options={yesNo.map((each) => ({ ...each, label: `${t("form.work_stopped")}: ${each.label}` }))} none={t("form.work_stopped")} />
          <Select label={t("form.relocated")} value={flag("relocated")} onChange={(value) => setImpact({ relocated: asFlag(value) })} options={yesNo.map((each) => ({ ...each, label: `${t("form.relocated")}: ${each.label}` }))} none={t("form.relocated")} />
          <Text label={t("form.outage")} placeholder={t("form.outage")} pattern="\d+(\.\d+)?" value={impact.outage_hours === undefined ? "" : String(impact.outage_hours)} onInput={(text) => setImpact({ outage_hours: text === "" ? undefined : /^\d+(\.\d+)?$/.test(text) ? Number(text) : text })} />
          <Text label={t("form.frozen")} placeholder={t("form.frozen")} value={String(impact.amount_frozen ?? "")} onInput={(amount_frozen) => setImpact({ amount_frozen })} />
        </div>}
      </Field>
    </Panel>
  );
}

export function AnswersGiven({ draft, change }: FormProps) {
  return (
    <Panel title={t("form.answers")}>
      <Ladder of={draft} />
      <Field label={fieldLabel("incident", "reported_to")}>{({ id }) => <Choose id={id} choices={choices("reported_to")} value={draft.reported_to ?? []} onChange={(reported_to) => change({ reported_to })} />}</Field>
      <Lines<Answer> label={fieldLabel("incident", "response")} add={t("form.response")} lines={draft.response ?? []} onChange={(response) => change({ response })} blank={{}}>{(line, set) => <>
        <Text label={t("form.date")} pattern={dateShape} placeholder="2031-12-13" value={line.date ?? ""} onInput={(date) => set({ date })} />
        <Select label={t("form.what_answer")} value={line.code ?? ""} onChange={(code) => set({ code })} options={choices("authority_response")} none={t("form.what_answer")} />
        <Select label={t("form.by")} value={line.by ?? ""} onChange={(by) => set({ by })} options={choices("actor_type")} none={t("form.by")} /></>}
      </Lines>
      <p class="small">{t("form.reversal_help")}</p>
    </Panel>
  );
}

export function Links({ draft, change, work }: FormProps) {
  const ends = [...incidentChoices(work).filter((each) => each.value !== draft.id), ...entityChoices(work)];
  return (
    <Panel title={fieldLabel("incident", "links")}>
      <Lines<Link> label={fieldLabel("incident", "links")} add={t("form.link")} lines={draft.links ?? []} onChange={(links) => change({ links })} blank={{ to: "", type: "" }}>{(line, set) => <>
        <Select label={t("form.link_type")} value={line.type} onChange={(type) => set({ type })} options={choices("incident_link")} none={t("form.link_type")} />
        <ChooseOne label={t("form.link_to")} choices={ends} value={line.to} onChange={(to) => set({ to })} /></>}
      </Lines>
    </Panel>
  );
}
