// What the desk's own policy says about how long reports stay; holds and early deletion need two people.
import { useState } from "preact/hooks";
import { post } from "./api";
import { refresh } from "./session";
import { count, t } from "./texts";
import { Button, Chip, Dialog, Field, Heading, Panel, say, Select, Text, useAct, useLoad, Waiting } from "./ui";
import { Untrusted } from "./untrusted";
import { labelOf } from "./vocabulary";

export type Verb = "hold" | "release" | "destroy";
export interface Item { n: number; id: string; class: string; due?: string; first?: string; until?: string; review_by?: string; reason?: string; review?: boolean; two_people?: boolean; waits?: Verb }
interface Order { id: string; act: Verb; reason: string; reports: number; approvals: number }
interface Terms { class: string; days: number; review: boolean; two_people: boolean }
interface Retained { policy?: { version: number; not_before: string; review_by: string; owner: string; classes: Terms[] }; due: Item[]; overdue: Item[]; held: Item[]; orders: Order[] }

const reasons = ["court", "investigation", "safety", "request", "other"];

export function Ask({ verb, of, onClose, onDone }: { verb: Verb; of: Item; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState(reasons[0]!), [until, setUntil] = useState(""), [isSure, setSure] = useState(false);
  const [isBusy, act] = useAct();
  const isAlone = verb === "destroy" && of.two_people === false && of.review !== true;
  const send = () => act(async () => {
    const { done } = await post<{ done?: boolean }>(`/api/retention/${verb}`, { n: of.n, ...(verb === "hold" ? { reason, until } : {}) });
    say(t(done === false ? "retention.waits" : `retention.${verb}_done`, { n: of.n }));
    onDone();
    await refresh();
  });
  return (
    <Dialog title={t(`retention.${verb}_title`, { n: of.n })} onClose={onClose}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); send(); }}>
        <p>{t(`retention.${verb}_what`)}</p>
        {!isAlone && <p class="warning">{t(of.waits === verb ? "retention.two_second" : "retention.two_first")} <code>sandyk-desk retention sign</code></p>}
        {verb === "hold" && <>
          <Field label={t("retention.reason")}>{({ id }) => <Select id={id} value={reason} onChange={setReason} options={reasons.map((value) => ({ value, label: t(`retention.reason_${value}`) }))} />}</Field>
          <Field label={t("retention.until")} help={t("retention.until_help")}>{({ id, describedBy }) => <Text id={id} {...(describedBy ? { describedBy } : {})} required pattern="\d{4}-\d{2}-\d{2}" placeholder="2032-03-01" value={until} onInput={setUntil} />}</Field>
        </>}
        {verb === "destroy" && <p class="tick"><input type="checkbox" id="sure" checked={isSure} onChange={(event) => setSure(event.currentTarget.checked)} /> <label for="sure">{t("retention.sure")}</label></p>}
        <p class="buttons"><Button type="submit" tone={verb === "destroy" ? "danger" : "main"} disabled={isBusy || (verb === "destroy" && !isSure)}>{t(`retention.${verb}`)}</Button><Button onClick={onClose}>{t("cancel")}</Button></p>
      </form>
    </Dialog>
  );
}

function Items({ title, items, verbs, tone, onAsk }: { title: string; items: Item[]; verbs: Verb[]; tone?: string; onAsk: (verb: Verb, of: Item) => void }) {
  return (
    <Panel title={title} beside={<span class="count">{count(items.length)}</span>} {...(tone && items.length > 0 ? { tone } : {})}>
      {items.length === 0 ? <p class="muted">{t("retention.nothing")}</p> : (
        <table><thead><tr><th>№</th><th>{t("retention.class")}</th><th>{t("retention.due")}</th><th>{t("retention.first")}</th><th><span class="sr">{t("retention.do")}</span></th></tr></thead>
          <tbody>{items.map((each) =>
            <tr><td><a href={`#/report/${each.n}`}>№ {each.n}</a></td><td>{labelOf("retention_class", each.class)}</td><td class="day">{each.until ?? each.due}</td>
              <td class="grow">{each.first && <Untrusted text={each.first} />}{each.reason && <Chip tone="warn">{t(`retention.reason_${each.reason}`)}</Chip>}{each.waits && <Chip tone="warn">{t("retention.waits_short")}</Chip>}</td>
              <td><div class="buttons">{verbs.map((verb) => <Button tone={`small ${verb === "destroy" ? "danger" : ""}`} aria-label={t(`retention.${verb}_title`, { n: each.n })} onClick={() => onAsk(verb, each)}>{t(`retention.${verb}`)}</Button>)}</div></td></tr>)}
          </tbody></table>)}
    </Panel>
  );
}

/** What one person asked for and may not do alone. */
function Orders({ of }: { of: Order[] }) {
  return (
    <Panel title={t("retention.orders")}>
      <ul class="list">{of.map((each) => <li><p>{t(`retention.${each.act}`)} · {t("retention.reports", { n: each.reports })} · {t(`retention.reason_${each.reason}`)} · {t("retention.approvals", { n: each.approvals })}</p><p class="small"><code>sandyk-desk retention sign {each.id}</code></p></li>)}</ul>
    </Panel>
  );
}

function Policy({ of }: { of: NonNullable<Retained["policy"]> }) {
  return (
    <Panel title={t("retention.policy", { n: of.version })} beside={<span class="small">{t("retention.policy_dates", { from: of.not_before, review: of.review_by, owner: of.owner })}</span>}>
      <table><thead><tr><th>{t("retention.class")}</th><th class="of-number">{t("retention.days")}</th><th>{t("retention.then")}</th></tr></thead>
        <tbody>{of.classes.map((each) => <tr><td>{labelOf("retention_class", each.class)}</td><td class="of-number">{count(each.days)}</td><td>{t(each.review ? "retention.then_review" : each.two_people ? "retention.then_two" : "retention.then_one")}</td></tr>)}</tbody></table>
    </Panel>
  );
}

export function Retention() {
  const all = useLoad<Retained>("/api/retention");
  const [asking, setAsking] = useState<{ verb: Verb; of: Item } | null>(null);
  const onAsk = (verb: Verb, of: Item) => setAsking({ verb, of });
  const now = all.value;
  return (
    <div class="screen">
      <Heading>{t("nav.retention")}</Heading>
      <p class="muted">{t("retention.what")}</p>
      {!now ? <Waiting of={all} /> : <>
        {!now.policy && <p class="warning">{t("retention.no_policy")}</p>}
        <Items title={t("retention.overdue_title")} items={now.overdue} verbs={["destroy", "hold"]} tone="alarm" onAsk={onAsk} />
        <Items title={t("retention.due_title")} items={now.due} verbs={["destroy", "hold"]} onAsk={onAsk} />
        <Items title={t("retention.held_title")} items={now.held} verbs={["release"]} onAsk={onAsk} />
        {now.orders.length > 0 && <Orders of={now.orders} />}
        {now.policy && <Policy of={now.policy} />}
        <p class="small">{t("retention.two_why")}</p>
      </>}
      {asking && <Ask {...asking} onClose={() => setAsking(null)} onDone={() => { setAsking(null); all.again(); }} />}
    </div>
  );
}
