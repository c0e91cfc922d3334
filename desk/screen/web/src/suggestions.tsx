// Links that the desk found and a person decides about.
import { post } from "./api";
import { nameOf, reloadCasework, useCasework, type Casework } from "./casework";
import { refresh } from "./session";
import { t } from "./texts";
import type { Suggestion } from "./types";
import { Button, Chip, Panel, useAct, useLoad, Waiting } from "./ui";
import { Untrusted } from "./untrusted";
import { labelOf } from "./vocabulary";

/** What a suggestion calls `report:12` or `incident:I-20`, as a way to it. */
export function Reference({ to, work }: { to: string; work: Casework | null }) {
  const [kind, id = ""] = to.split(":");
  if (kind === "report") return <a href={`#/report/${id}`}>№ {id}</a>;
  const name = nameOf(work, id);
  return <a href={`#/incident/${encodeURIComponent(id)}`}>{id}{name !== id && <> · {name}</>}</a>;
}

const kindLabel = (kind: string) => (kind === "part_of" || kind === "same_event" ? t(`suggest.${kind}`) : labelOf("incident_link", kind));

export function Suggestions({ on, onDecided, isWhole }: { on: string; onDecided?: () => void; isWhole?: boolean }) {
  const list = useLoad<Suggestion[]>("/api/suggestions", { on });
  const work = useCasework();
  const [isBusy, act] = useAct();
  const decide = ({ kind, from, to }: Suggestion, decision: "yes" | "no") => act(async () => {
    await post("/api/suggestions/decide", { kind, from, to, decision });
    list.again();
    onDecided?.();
    await Promise.all([reloadCasework(), refresh()]);
  });
  if (list.fault?.status === 404 || (list.value?.length === 0 && !isWhole)) return null;
  return (
    <Panel title={t("suggest.title")} beside={<span class="small">{t("suggest.person")}</span>}>
      {!list.value ? <Waiting of={list} /> : list.value.length === 0 ? <p class="empty">{t("suggest.none")}</p> : (
        <ul class="list">{list.value.map((each) =>
          <li class="suggestion">
            <p>{(isWhole || each.from !== on) && <><Reference to={each.from} work={work} /> </>}<Chip>{kindLabel(each.kind)}</Chip> {each.to === on && !isWhole ? t("suggest.this") : <Reference to={each.to} work={work} />}</p>
            <ul class="why">{each.why.map(({ code, detail }) => <li>{t(`why.${code}`)}{detail && <>: <Untrusted text={detail} /></>}</li>)}</ul>
            <p class="buttons"><Button tone="small main" disabled={isBusy} onClick={() => decide(each, "yes")}>{t("yes")}</Button><Button tone="small" disabled={isBusy} onClick={() => decide(each, "no")}>{t("no")}</Button></p>
          </li>)}
        </ul>)}
    </Panel>
  );
}
