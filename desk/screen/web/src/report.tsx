// One report: what it says, what came with it, who had it in hand, and what the desk made of it.
import { useEffect, useState } from "preact/hooks";
import { post } from "./api";
import { useCasework } from "./casework";
import { Conversation } from "./conversation";
import { Files, Sealed } from "./files";
import { useKeys } from "./keys";
import { Notes } from "./notes";
import { Ask, type Verb } from "./retention";
import { go } from "./router";
import { refresh } from "./session";
import { Suggestions } from "./suggestions";
import { t } from "./texts";
import { move, queue, sort, statusKeys, undo } from "./triage";
import type { Report, Row, Status } from "./types";
import { Button, Chip, complain, Dialog, Heading, Key, Panel, say, useAct, useLoad, Waiting } from "./ui";
import { Untrusted, UntrustedText } from "./untrusted";
import { fieldLabel, labelOf, reportField } from "./vocabulary";

const elsewhere = new Set(["v", "narrative", "attachments"]);

/** An answer of the form. A code that the vocabulary lacks, and anything of another shape, is shown as it came. */
function Answer({ field, value }: { field: string; value: unknown }) {
  const list = reportField(field)?.list;
  if (typeof value === "string") return list && labelOf(list, value) !== value ? <>{labelOf(list, value)}</> : <Untrusted text={value} />;
  if (Array.isArray(value)) return <ul class="answers">{value.map((each) => <li><Answer field={field} value={each} /></li>)}</ul>;
  return <Untrusted text={JSON.stringify(value)} />;
}

function Answers({ of }: { of: Report }) {
  const fields = Object.entries(of.document).filter(([name]) => !elsewhere.has(name));
  return (
    <Panel title={t("report.answers")}>
      <dl class="facts">{fields.map(([name, value]) => [
        <dt>{reportField(name) ? fieldLabel("report", name) : <Untrusted text={name} />}</dt>,
        <dd class={name === "danger" && (value === "now" || value === "soon") ? "strong" : ""}><Answer field={name} value={value} /></dd>])}
      </dl>
    </Panel>
  );
}

interface Reach { n: number; late: boolean; reaches: number[]; not_reached: string[] }

function Withdrawal({ of, onDone }: { of: Report; onDone: () => void }) {
  const all = useLoad<Reach[]>("/api/withdrawals");
  const [isSure, setSure] = useState(false);
  const [isBusy, act] = useAct();
  const ours = all.value?.find((each) => each.n === of.n);
  const carryOut = () => act(async () => {
    const { destroyed } = await post<{ destroyed: number }>(`/api/withdrawals/${of.n}/carry-out`);
    say(t("withdraw.done", { n: destroyed }));
    setSure(false);
    onDone();
    await refresh();
  });
  return (
    <Panel title={t("withdraw.title")} tone="away">
      <p>{t("withdraw.what")}</p>
      {ours && <>
        {ours.late && <p>{t("withdraw.late")}</p>}
        <p>{t("withdraw.reaches", { list: ours.reaches.map((n) => `№ ${n}`).join(", ") })}</p>
        <ul class="why">{ours.not_reached.map((each) => <li>{each}</li>)}</ul>
        <p class="buttons"><Button tone="danger" onClick={() => setSure(true)}>{t("withdraw.carry_out")}</Button></p>
      </>}
      {isSure && <Dialog title={t("withdraw.sure")} onClose={() => setSure(false)}><p>{t("withdraw.final")}</p><p class="buttons"><Button tone="danger" disabled={isBusy} onClick={carryOut}>{t("withdraw.carry_out")}</Button><Button onClick={() => setSure(false)}>{t("cancel")}</Button></p></Dialog>}
    </Panel>
  );
}

function Custody({ of }: { of: Report }) {
  return (
    <Panel title={t("custody.title")}>
      <ol class="list custody">{of.custody.map((each) =>
        <li><span class="day">{each.day}</span><span>{labelOf("custody_event", each.act)}</span><span class="small">{each.by}</span>{each.detail && <span class="small wide"><Untrusted text={each.detail} /></span>}</li>)}
      </ol>
    </Panel>
  );
}

/** How long it stays, and what may be done about that. */
function Stay({ of, onDone }: { of: Report; onDone: () => void }) {
  const [verb, setVerb] = useState<Verb | null>(null);
  const { class: name = "intake_unread", due, overdue, held } = of.retention ?? { overdue: false, held: false };
  return (
    <Panel title={t("nav.retention")} beside={<div class="buttons">{(held ? ["release"] as const : ["hold", "destroy"] as const).map((each) => <Button tone="small" onClick={() => setVerb(each)}>{t(`retention.${each}`)}</Button>)}</div>}>
      {of.retention && <p class="small">{t("retention.line", { class: labelOf("retention_class", name) })}{due && ` · ${t("retention.due_on", { day: due })}`} {overdue && <Chip tone="refused">{t("retention.overdue")}</Chip>} {held && <Chip tone="warn">{t("retention.held")}</Chip>}</p>}
      {verb && <Ask verb={verb} of={{ n: of.n, id: of.id, class: name }} onClose={() => setVerb(null)} onDone={() => { setVerb(null); onDone(); }} />}
    </Panel>
  );
}

function Coded({ of }: { of: Report }) {
  const work = useCasework();
  const coded = of.incidents.map((id) => ({ id, incident: work?.incidents.find((each) => each.id === id) }));
  return (
    <Panel title={t("report.incidents")} beside={<a class="button small" href={`#/incident/new?report=${of.n}`}>{t("report.code")} <Key of="i" /></a>}>
      {coded.length === 0 ? <p class="muted">{t("report.not_coded")}</p> :
        <ul class="list">{coded.map(({ id, incident }) => <li><a href={`#/incident/${encodeURIComponent(id)}`}>{id}{incident?.title && ` · ${incident.title}`}</a> <span class="small">{incident?.when?.start}</span></li>)}</ul>}
    </Panel>
  );
}

const neighbour = (n: number, step: number): Row | undefined => {
  const at = queue.rows.findIndex((row) => row.n === n);
  return at < 0 ? undefined : queue.rows[at + step];
};

function Actions({ of, onSorted }: { of: Report; onSorted: (row: Row) => void }) {
  const mark = (status: Status) => void sort(of, status).then(onSorted, complain);
  const to = (step: number) => () => {
    const row = neighbour(of.n, step);
    if (!row) { say(t("report.no_more")); return; }
    move(queue.rows.indexOf(row));
    go(`/report/${row.n}`);
  };
  useKeys({
    j: to(1), ArrowRight: to(1), k: to(-1), ArrowLeft: to(-1), Escape: () => go("/triage"), i: () => go(`/incident/new?report=${of.n}`),
    u: () => mark("urgent"), c: () => mark("case"), s: () => mark("spam"), d: () => mark("done"), n: () => mark("new"),
    z: () => void undo().then((row) => { if (row?.n === of.n) onSorted(row); }),
  });
  return (
    <div class="buttons">
      {statusKeys.map(([letter, status]) => <Button aria-pressed={of.status === status} onClick={() => mark(status)}>{t(`status.${status}`)} <Key of={letter} /></Button>)}
      <span class="between" />
      <Button tone="quiet" onClick={to(-1)}>{t("help.previous")} <Key of="k" /></Button>
      <Button tone="quiet" onClick={to(1)}>{t("help.next")} <Key of="j" /></Button>
      <a class="button quiet" href="#/triage">{t("report.back")} <Key of="Esc" /></a>
    </div>
  );
}

export function ReportScreen({ n }: { n: number }) {
  const loaded = useLoad<Report>(`/api/reports/${n}`);
  const of = loaded.value;
  useEffect(() => {
    if (!of || !of.unread || of.deleted) return;
    post<Row>(`/api/reports/${of.n}/read`).then(() => {
      const row = queue.rows.find((each) => each.n === of.n);
      if (row) queue.replace({ ...row, unread: false });
      loaded.again();
    }, complain);
  }, [of?.n, of?.unread]);
  const title = <>№ {n}{of && <> · {t(`kind.${of.kind}`)}</>}</>;
  if (!of) return <div class="screen"><Heading>{title}</Heading><Waiting of={loaded} /></div>;
  if (of.deleted) return <div class="screen"><Heading>{title}</Heading><p class="empty">{t("report.deleted")}</p><Custody of={of} /></div>;
  const narrative = of.document.narrative;
  return (
    <div class="screen">
      <Heading beside={<Actions of={of} onSorted={(row) => loaded.set({ ...of, ...row })} />}>
        {title} <span class="beside">{of.day} · {of.week}</span> {(of.danger === "now" || of.danger === "soon") && <Chip tone={`danger-${of.danger}`}>{labelOf("danger", of.danger)}</Chip>}
      </Heading>
      <div class="columns">
        <div class="column">
          {of.kind === "withdraw" && <Withdrawal of={of} onDone={loaded.again} />}
          <Panel title={t("report.text")} beside={<span class="small">{t("row.letters", { n: of.letters })}</span>}>
            {typeof narrative === "string" && narrative ? <UntrustedText text={narrative} /> : <p class="muted">{t("row.no_text")}</p>}
            {of.remarks && <p class="warning">{of.remarks}</p>}
          </Panel>
          <Files of={of} />
          <Conversation of={n} lang={of.lang} />
          <Notes on={`report:${n}`} />
        </div>
        <div class="column side">
          <Suggestions on={`report:${n}`} onDecided={loaded.again} />
          <Coded of={of} />
          <Answers of={of} />
          <Sealed of={of} />
          <Custody of={of} />
          <Stay of={of} onDone={loaded.again} />
        </div>
      </div>
    </div>
  );
}
