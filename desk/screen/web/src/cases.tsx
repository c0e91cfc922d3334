// All cases, and all entities.
import { useState } from "preact/hooks";
import { part, put } from "./api";
import { freeId, reloadCasework, useCasework, type Casework } from "./casework";
import { dateShape } from "./incident_form";
import { go } from "./router";
import { state } from "./session";
import { Suggestions } from "./suggestions";
import { count, t } from "./texts";
import type { Case, Entity } from "./types";
import { Button, Chip, Dialog, Field, Heading, Panel, Select, Text, useAct, Waiting } from "./ui";
import { choices, labelOf, roleChoices, roleLabel } from "./vocabulary";
import { cleaned } from "./incident";

const nextCase = (cases: Case[]): string => {
  const highest = Math.max(0, ...cases.map((each) => Number(/^CASE-(\d+)$/.exec(each.id)?.[1] ?? 0)));
  return `CASE-${String(highest + 1).padStart(4, "0")}`;
};

export function EditCase({ of, work, onClose }: { of?: Case; work: Casework; onClose: () => void }) {
  const [draft, setDraft] = useState<Case>(of ?? { id: nextCase(work.cases), title: "", opened: state.get()!.today, retention_class: "open_case", state: "open" });
  const [isBusy, act] = useAct();
  const change = (some: Partial<Case>) => setDraft({ ...draft, ...some });
  const save = () => act(async () => { await put(`/api/cases/${part(draft.id)}`, cleaned(draft)); await reloadCasework(); onClose(); go(`/case/${part(draft.id)}`); });
  return (
    <Dialog title={of ? t("case.edit") : t("case.new")} onClose={onClose}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); save(); }}>
        <Field label={t("case.id")}>{({ id }) => <input id={id} class="mono" value={draft.id} readOnly />}</Field>
        <Field label={t("case.title")}>{({ id }) => <Text id={id} required max={160} value={draft.title} onInput={(title) => change({ title })} />}</Field>
        <Field label={t("form.country")}>{({ id }) => <Text id={id} max={2} pattern="[A-Z]{2}" value={draft.country ?? ""} onInput={(country) => change({ country: country.toUpperCase() })} />}</Field>
        <Field label={t("case.opened")}>{({ id }) => <Text id={id} pattern="\d{4}-\d{2}-\d{2}" value={draft.opened ?? ""} onInput={(opened) => change({ opened })} />}</Field>
        <Field label={t("case.review_due")}>{({ id }) => <Text id={id} pattern="\d{4}-\d{2}-\d{2}" value={draft.review_due ?? ""} onInput={(review_due) => change({ review_due })} />}</Field>
        <Field label={t("retention.class")}>{({ id }) => <Select id={id} value={draft.retention_class ?? ""} onChange={(retention_class) => change({ retention_class })} options={choices("retention_class")} none="—" />}</Field>
        <Field label={t("case.state")}>{({ id }) => <Select id={id} value={draft.state} onChange={(value) => change({ state: value as "open" })} options={["open", "closed"].map((value) => ({ value, label: t(`case.${value}`) }))} />}</Field>
        <p class="buttons"><Button type="submit" tone="main" disabled={isBusy}>{t("save")}</Button><Button onClick={onClose}>{t("cancel")}</Button></p>
      </form>
    </Dialog>
  );
}

export function EditEntity({ of, work, onClose }: { of?: Entity; work: Casework; onClose: () => void }) {
  const [draft, setDraft] = useState<Entity>(of ?? { id: freeId("E", work.entities.map((each) => each.id)), kind: "person", label: "" });
  const [isBusy, act] = useAct();
  const change = (some: Partial<Entity>) => setDraft({ ...draft, ...some });
  const save = () => act(async () => { await put(`/api/entities/${part(draft.id)}`, cleaned(draft)); await reloadCasework(); onClose(); });
  return (
    <Dialog title={of ? t("entity.edit") : t("entity.new")} onClose={onClose}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); save(); }}>
        <Field label={t("entity.id")}>{({ id }) => <Text id={id} mono required pattern="[A-Za-z0-9][A-Za-z0-9._\-]*" value={draft.id} onInput={(value) => { if (!of) change({ id: value }); }} />}</Field>
        <Field label={t("entity.label")} help={t("entity.pseudonym")}>{({ id, describedBy }) => <Text id={id} {...(describedBy ? { describedBy } : {})} required value={draft.label} onInput={(label) => change({ label })} />}</Field>
        <Field label={t("entity.kind")}>{({ id }) => <Select id={id} value={draft.kind} onChange={(kind) => change({ kind })} options={choices("entity_kind")} />}</Field>
        <Field label={t("form.role")}>{({ id }) => <Select id={id} value={draft.role ?? ""} onChange={(role) => change({ role })} options={roleChoices()} none="—" />}</Field>
        {(draft.kind === "publication" || draft.kind === "event") && <Field label={t("form.date")}>{({ id }) => <Text id={id} pattern={dateShape} value={draft.date ?? ""} onInput={(date) => change({ date })} />}</Field>}
        <p class="buttons"><Button type="submit" tone="main" disabled={isBusy}>{t("save")}</Button><Button onClick={onClose}>{t("cancel")}</Button></p>
      </form>
    </Dialog>
  );
}

export function Cases() {
  const work = useCasework();
  const [isMaking, setMaking] = useState<"case" | "entity" | "">("");
  if (!work) return <div class="screen"><Heading>{t("nav.cases")}</Heading><Waiting of={{}} /></div>;
  const loose = work.incidents.filter((each) => !each.case_id || !work.cases.some(({ id }) => id === each.case_id));
  return (
    <div class="screen">
      <Heading beside={<Button tone="main" onClick={() => setMaking("case")}>{t("case.new")}</Button>}>{t("nav.cases")}</Heading>
      <div class="columns">
        <div class="column">
          <Panel title={t("nav.cases")}>
            {work.cases.length === 0 ? <p class="empty">{t("case.none")}</p> : (
              <table><thead><tr><th>{t("case.id")}</th><th>{t("case.title")}</th><th class="of-number">{t("case.incidents")}</th><th>{t("case.opened")}</th><th>{t("case.review_due")}</th><th>{t("case.state")}</th></tr></thead>
                <tbody>{work.cases.map((each) =>
                  <tr><td class="mono">{each.id}</td><td><a href={`#/case/${part(each.id)}`}>{each.title}</a></td><td class="of-number">{count(work.incidents.filter(({ case_id }) => case_id === each.id).length)}</td>
                    <td>{each.opened}</td><td>{each.review_due} {each.review_due && each.state === "open" && each.review_due < state.get()!.today && <Chip tone="warn">{t("case.review_now")}</Chip>}</td><td>{t(`case.${each.state}`)}</td></tr>)}
                </tbody></table>)}
          </Panel>
          {loose.length > 0 && <Panel title={t("case.loose")}><ul class="list">{loose.map((each) => <li><a href={`#/incident/${part(each.id)}`}>{each.id} · {each.title ?? each.types.map((code) => labelOf("incident_type", code)).join(", ")}</a> <span class="small">{each.when?.start}</span></li>)}</ul></Panel>}
          <Suggestions on="" isWhole />
        </div>
        <div class="column side">
          <Panel title={t("entity.all")} beside={<Button tone="small" onClick={() => setMaking("entity")}>{t("entity.new")}</Button>}>
            {choices("entity_kind").map(({ value, label }) => {
              const ours = work.entities.filter((each) => each.kind === value);
              return ours.length > 0 && <section class="of-kind"><h3>{label}</h3><ul class="list tight">{ours.map((each) => <li><a href={`#/entity/${part(each.id)}`}>{each.label}</a> <span class="small">{each.id}{each.role && ` · ${roleLabel(each.role)}`}{each.date && ` · ${each.date}`}</span></li>)}</ul></section>;
            })}
          </Panel>
        </div>
      </div>
      {isMaking === "case" && <EditCase work={work} onClose={() => setMaking("")} />}
      {isMaking === "entity" && <EditEntity work={work} onClose={() => setMaking("")} />}
    </div>
  );
}
