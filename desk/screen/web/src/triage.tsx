// What came in: read, sorted with one key each.
import { useEffect } from "preact/hooks";
import { post } from "./api";
import { useKeys } from "./keys";
import { Pages } from "./pages";
import { go } from "./router";
import { pageOfRows, Rows } from "./rows";
import { refresh, state } from "./session";
import { useValue, Value } from "./store";
import { count, t } from "./texts";
import type { Row, Status } from "./types";
import { Button, complain, Heading, Key, say, sentence } from "./ui";

const turn = new Value({});
export const queue = new Pages({ status: "new" }, () => turn.set({}));
let isAsked = false;
const before: { row: Row; status: Status }[] = [];

export const statusKeys: [string, Status][] = [["u", "urgent"], ["c", "case"], ["s", "spam"], ["d", "done"]];

// Keys come faster than answers: what was decided is sent one after the other, and shown at once.
let sending: Promise<unknown> = Promise.resolve();

async function put(row: Row, status: Status): Promise<Row> {
  queue.replace({ ...row, status });
  const sent = sending.then(() => post<Row>(`/api/reports/${row.n}/status`, { status }));
  sending = sent.catch(() => undefined);
  try {
    const now = await sent;
    if (queue.rows.find((each) => each.n === row.n)?.status === status) queue.replace(now);
    refresh().catch(complain);
    return now;
  } catch (fault) {
    queue.replace(row);
    throw fault;
  }
}

/** Sorts a report; what it was before can be had again. */
export async function sort(row: Row, status: Status): Promise<Row> {
  if (row.status === status) return row;
  const was = { row: { ...row, status }, status: row.status };
  before.push(was);
  say(t("triage.sorted", { n: row.n, status: t(`status.${status}`) }), { undo: () => void undo() });
  try {
    return await put(row, status);
  } catch (fault) {
    before.splice(before.indexOf(was), 1);
    throw fault;
  }
}

export async function undo(): Promise<Row | null> {
  const last = before.pop();
  if (!last) { say(t("triage.nothing_to_undo")); return null; }
  say(t("triage.undone", { n: last.row.n, status: t(`status.${last.status}`) }));
  try {
    return await put(last.row, last.status);
  } catch (fault) {
    before.push(last);
    complain(fault);
    return null;
  }
}

export function move(cursor: number): void {
  queue.cursor = Math.max(0, Math.min(queue.total - 1, cursor));
  turn.set({});
}

const tabs: (Status | "")[] = ["new", "urgent", "case", "done", "spam", ""];

export function Triage() {
  useValue(turn);
  const counts = useValue(state)?.counts;
  useEffect(() => {
    if (!isAsked) { isAsked = true; queue.restart(); }
    document.querySelector<HTMLElement>(".rows")?.focus();
  }, []);

  const mark = (status: Status) => {
    const row = queue.rows[queue.cursor];
    if (!row) return;
    sort(row, status).catch(complain);
    move(queue.cursor + 1);
  };
  const open = (row: Row | undefined) => { if (row) go(`/report/${row.n}`); };
  const show = (status: Status | "") => { queue.restart({ status }); document.querySelector<HTMLElement>(".rows")?.focus(); };
  const by = (step: number) => () => move(queue.cursor + step);
  useKeys({
    j: by(1), ArrowDown: by(1), k: by(-1), ArrowUp: by(-1), PageDown: () => move(queue.cursor + pageOfRows()), PageUp: () => move(queue.cursor - pageOfRows()),
    Home: () => move(0), End: () => move(queue.total - 1), Enter: () => open(queue.rows[queue.cursor]), o: () => open(queue.rows[queue.cursor]),
    u: () => mark("urgent"), c: () => mark("case"), s: () => mark("spam"), d: () => mark("done"), n: () => mark("new"), z: () => void undo(), r: () => { queue.restart(); refresh().catch(complain); },
  });

  return (
    <div class="screen fixed">
      <Heading beside={<p class="muted">{t("triage.total", { n: count(queue.total) })}</p>}>{t("triage.title")}</Heading>
      <div class="bar">
        <div class="tabs" role="group" aria-label={t("triage.which")}>
          {tabs.map((status) =>
            <button type="button" aria-pressed={queue.filter.status === status} onClick={() => show(status)}>
              {t(`status.${status || "all"}`)}{status && counts ? <span class="count">{count(counts[status])}</span> : null}
            </button>)}
        </div>
        <p class="hints" aria-hidden="true">
          {statusKeys.map(([letter, status]) => <span><Key of={letter} /> {t(`status.${status}`)}</span>)}
          <span><Key of="z" /> {t("undo")}</span><span><Key of="?" /> {t("help.short")}</span>
        </p>
        <Button tone="quiet" onClick={() => { queue.restart(); refresh().catch(complain); }}>{t("reload")}</Button>
      </div>
      {queue.fault ? <p class="fault" role="alert">{sentence(queue.fault)}</p> : null}
      {queue.isKnown && queue.total === 0 && !queue.fault ? <p class="empty">{t("triage.empty")}</p> : null}
      <Rows pages={queue} label={t("triage.list")} onOpen={open} onMove={move} />
    </div>
  );
}
