// What was done for the people of a case: statements, complaints, letters; and whether consent covers it.
import { useState } from "preact/hooks";
import { part, put, remove } from "./api";
import { freeId, incidentChoices, nameOf, reloadCasework, type Casework } from "./casework";
import { Choose } from "./choosing";
import { cleaned } from "./incident";
import { dateShape } from "./incident_form";
import { state } from "./session";
import { t } from "./texts";
import type { Action } from "./types";
import { Area, Button, Chip, Dialog, Field, Panel, Select, Text, useAct } from "./ui";
import { choices, labelOf } from "./vocabulary";

// What a reporter must have agreed to before an incident may stand in it.
const needs: Record<string, string> = { statement: "publish_no_names", letter: "call_authorities", un_submission: "un_mechanisms" };

/** Incidents that the action covers though consent does not. */
export const notAllowed = (work: Casework, { type, covers }: Action): string[] => {
  const need = needs[type];
  return need === undefined ? [] : covers.filter((id) => { const one = work.incidents.find((each) => each.id === id); return one !== undefined && !(one.consent ?? []).includes(need); });
};

function Objection({ work, of }: { work: Casework; of: Action }) {
  const without = notAllowed(work, of);
  return without.length === 0 ? null : <p class="warning" role="note">{t("action.no_consent", { list: without.join(", "), consent: labelOf("consent", needs[of.type]!) })}</p>;
}

function EditAction({ of, work, onClose }: { of: Action; work: Casework; onClose: () => void }) {
  const [draft, setDraft] = useState(of);
  const [asks, setAsks] = useState((of.asks ?? []).join("\n"));
  const [isBusy, act] = useAct();
  const isNew = !work.actions.some((each) => each.id === of.id);
  const change = (some: Partial<Action>) => setDraft({ ...draft, ...some });
  const save = () => act(async () => { await put(`/api/actions/${part(draft.id)}`, cleaned({ ...draft, asks: asks.split("\n").map((each) => each.trim()) })); await reloadCasework(); onClose(); });
  return (
    <Dialog title={t(isNew ? "action.new" : "action.edit")} onClose={onClose} wide>
      <form class="form" onSubmit={(event) => { event.preventDefault(); save(); }}>
        <Field label={t("action.type")}>{({ id }) => <Select id={id} value={draft.type} onChange={(type) => change({ type })} options={choices("case_action")} />}</Field>
        <Field label={t("form.date")}>{({ id }) => <Text id={id} pattern={dateShape} value={draft.date ?? ""} onInput={(date) => change({ date })} />}</Field>
        <Field label={t("form.by")} help={t("action.by_help")}>{({ id, describedBy }) => <Text id={id} {...(describedBy ? { describedBy } : {})} value={draft.by ?? ""} onInput={(by) => change({ by })} />}</Field>
        <Field label={t("action.covers")}>{({ id }) => <Choose id={id} choices={incidentChoices(work)} value={draft.covers} onChange={(covers) => change({ covers })} />}</Field>
        <Field label={t("action.asks")} help={t("action.asks_help")}>{({ id, describedBy }) => <Area id={id} {...(describedBy ? { describedBy } : {})} rows={3} value={asks} onInput={setAsks} />}</Field>
        <Objection work={work} of={draft} />
        <p class="buttons"><Button type="submit" tone="main" disabled={isBusy || draft.covers.length === 0}>{t("save")}</Button><Button onClick={onClose}>{t("cancel")}</Button>
          {!isNew && <Button tone="danger" disabled={isBusy} onClick={() => act(async () => { await remove(`/api/actions/${part(draft.id)}`); await reloadCasework(); onClose(); })}>{t("delete")}</Button>}</p>
      </form>
    </Dialog>
  );
}

export function Actions({ work, ofCase, covers }: { work: Casework; ofCase: string; covers: Set<string> }) {
  const [editing, setEditing] = useState<Action | null>(null);
  const shown = work.actions.filter((each) => each.case_id === ofCase || each.covers.some((id) => covers.has(id))).sort((a, b) => (a.date ?? "").localeCompare(b.date ?? ""));
  const blank = (): Action => ({ id: freeId("A", work.actions.map((each) => each.id)), type: "statement", date: state.get()!.today, covers: [], case_id: ofCase });
  return (
    <Panel title={t("action.title")} beside={<Button tone="small" onClick={() => setEditing(blank())}>{t("action.new")}</Button>}>
      <ul class="list">{shown.map((each) =>
        <li><p><span class="day">{each.date}</span> <Chip>{labelOf("case_action", each.type)}</Chip> {nameOf(work, each.by ?? "")} <Button tone="quiet small" aria-label={t("action.edit_of", { id: each.id })} onClick={() => setEditing(each)}>{t("edit")}</Button></p>
          <p class="small">{each.covers.join(", ")}{(each.asks ?? []).length > 0 && ` · ${each.asks!.join("; ")}`}</p>
          <Objection work={work} of={each} /></li>)}</ul>
      {editing && <EditAction of={editing} work={work} onClose={() => setEditing(null)} />}
    </Panel>
  );
}
