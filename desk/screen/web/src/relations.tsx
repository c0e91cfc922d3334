// Who belongs to whom.
import { useState } from "preact/hooks";
import { post } from "./api";
import { entityChoices, nameOf, reloadCasework, type Casework } from "./casework";
import { ChooseOne } from "./choosing";
import { t } from "./texts";
import type { Relation } from "./types";
import { Button, Panel, Select, useAct } from "./ui";
import { choices, labelOf } from "./vocabulary";

export function Relations({ work, of }: { work: Casework; of: (relation: Relation) => boolean }) {
  const [draft, setDraft] = useState<Relation>({ from: "", to: "", type: "" });
  const [isBusy, act] = useAct();
  const shown = work.relations.filter(of);
  const add = () => act(async () => { await post("/api/relations", draft); setDraft({ from: "", to: "", type: "" }); await reloadCasework(); });
  const end = (id: string) => <a href={`#/entity/${encodeURIComponent(id)}`}>{nameOf(work, id)}</a>;
  return (
    <Panel title={t("relation.title")}>
      {shown.length > 0 && <ul class="list tight">{shown.map((each) =>
        <li class="spread"><span>{end(each.from)} <span class="small">{labelOf("relation", each.type)}</span> {end(each.to)}</span>
          <Button tone="quiet small" disabled={isBusy} aria-label={t("form.remove", { what: `${nameOf(work, each.from)}, ${labelOf("relation", each.type)}, ${nameOf(work, each.to)}` })} onClick={() => act(async () => { await post("/api/relations/delete", each); await reloadCasework(); })}>✕</Button></li>)}</ul>}
      <form class="add of-line" onSubmit={(event) => { event.preventDefault(); add(); }}>
        <ChooseOne label={t("relation.from")} choices={entityChoices(work)} value={draft.from} onChange={(from) => setDraft({ ...draft, from })} />
        <Select label={t("relation.type")} value={draft.type} onChange={(type) => setDraft({ ...draft, type })} options={choices("relation")} none={t("relation.type")} />
        <ChooseOne label={t("relation.to")} choices={entityChoices(work)} value={draft.to} onChange={(to) => setDraft({ ...draft, to })} />
        <Button type="submit" disabled={isBusy || !draft.from || !draft.to || !draft.type}>{t("add")}</Button>
      </form>
    </Panel>
  );
}
