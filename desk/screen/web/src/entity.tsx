// One person, outlet or authority, and every incident it is in.
import { useState } from "preact/hooks";
import { part, remove } from "./api";
import { entitiesOf, inTime, reloadCasework, useCasework } from "./casework";
import { EditEntity } from "./cases";
import { Relations } from "./relations";
import { Notes } from "./notes";
import { go } from "./router";
import { t } from "./texts";
import { Button, Heading, Panel, useAct, Waiting } from "./ui";
import { labelOf, roleLabel } from "./vocabulary";

export function EntityScreen({ id }: { id: string }) {
  const work = useCasework();
  const [isEditing, setEditing] = useState(false);
  const [isBusy, act] = useAct();
  const of = work?.entities.find((each) => each.id === id);
  if (!work || !of) return <div class="screen"><Heading>{id}</Heading>{work ? <p class="empty">{t("entity.gone")}</p> : <Waiting of={{}} />}</div>;
  const ours = work.incidents.filter((each) => entitiesOf(each).has(id)).sort(inTime);
  return (
    <div class="screen">
      <Heading beside={<div class="buttons"><Button onClick={() => setEditing(true)}>{t("edit")}</Button>
        {ours.length === 0 && <Button tone="danger" disabled={isBusy} onClick={() => act(async () => { await remove(`/api/entities/${part(id)}`); await reloadCasework(); go("/cases"); })}>{t("delete")}</Button>}</div>}>
        {of.label} <span class="beside">{of.id} · {labelOf("entity_kind", of.kind)}{of.role && ` · ${roleLabel(of.role)}`}{of.date && ` · ${of.date}`}</span>
      </Heading>
      <div class="columns">
        <div class="column"><Panel title={t("case.incidents")}>{ours.length === 0 ? <p class="empty">{t("entity.none")}</p> :
          <ol class="list">{ours.map((each) => <li class="line"><span class="day">{each.when?.start ?? "—"}</span><a class="cut" href={`#/incident/${part(each.id)}`}>{each.title ?? each.id}</a><span class="number">{each.id}</span></li>)}</ol>}</Panel></div>
        <div class="column side"><Relations work={work} of={({ from, to }) => from === id || to === id} /><Notes on={`entity:${id}`} /></div>
      </div>
      {isEditing && <EditEntity of={of} work={work} onClose={() => setEditing(false)} />}
    </div>
  );
}
