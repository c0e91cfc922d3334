// Reports in a list, of which only those in sight are in the page: hundreds of thousands scroll as ten do.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Pages } from "./pages";
import { count, has, t } from "./texts";
import type { Row } from "./types";
import { Chip } from "./ui";
import { Untrusted } from "./untrusted";
import { labelOf } from "./vocabulary";

const height = 64;
const spare = 8;
// Browsers stop at about 33 million pixels: longer lists than that are no desk's.
const tallest = 30_000_000;

/** A word for a use; a code that the vocabulary has since got is shown as it is. */
const shortConsent = (code: string) => (has(`consent.${code}`) ? t(`consent.${code}`) : code);

function Marks({ row }: { row: Row }) {
  return (
    <span class="marks">
      {row.kind === "withdraw" && <Chip tone="withdraw">{t("kind.withdraw")}</Chip>}
      {row.status === "urgent" && <Chip tone="urgent">{t("status.urgent")}</Chip>}
      {(row.danger === "now" || row.danger === "soon") && <Chip tone={`danger-${row.danger}`}>{labelOf("danger", row.danger)}</Chip>}
    </span>
  );
}

export function RowBody({ row, words = [] }: { row: Row; words?: string[] }) {
  const families = row.families.slice(0, 3);
  return (
    <>
      <span class="line">
        <span class="dot" title={row.unread ? t("row.unread") : ""}>{row.unread && <span class="sr">{t("row.unread")}</span>}</span>
        <Marks row={row} />
        <span class="first">{row.first ? <Untrusted text={row.first} words={words} /> : <em>{t("row.no_text")}</em>}</span>
        {row.status !== "new" && row.status !== "urgent" && <Chip tone={row.status}>{t(`status.${row.status}`)}</Chip>}
      </span>
      <span class="line small">
        <span class="day">{row.day}</span>
        <span class="number">№ {row.n}</span>
        {row.kind !== "report" && row.kind !== "withdraw" && <span>{t(`kind.${row.kind}`)}</span>}
        {families.map((code) => <Chip tone="family">{labelOf("incident_family", code)}</Chip>)}
        {row.families.length > families.length && <span>+{row.families.length - families.length}</span>}
        {row.happened && <span class="cut"><Untrusted text={row.happened} /></span>}
        <span class="letters">{t("row.letters", { n: count(row.letters) })}</span>
        {row.files > 0 && <span>{t("row.files", { n: row.files })}</span>}
        {row.incidents.length > 0 && <span>{row.incidents.join(", ")}</span>}
        {row.remarks && <span class="cut">{row.remarks}</span>}
        <span class="consent">{row.consent.map(shortConsent).join(" · ")}</span>
      </span>
    </>
  );
}

interface Props { pages: Pages; label: string; words?: string[]; onOpen: (row: Row) => void; onMove: (cursor: number) => void }

export function Rows({ pages, label, words = [], onOpen, onMove }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: pages.scroll, size: 800 });
  const total = pages.total;
  const first = Math.max(0, Math.floor(view.top / height) - spare), last = Math.min(total, Math.ceil((view.top + view.size) / height) + spare);

  useLayoutEffect(() => {
    const element = box.current!;
    element.scrollTop = pages.scroll;
    const measure = () => setView({ top: element.scrollTop, size: element.clientHeight });
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    measure();
    return () => watch.disconnect();
  }, [pages, pages.filter]);

  useEffect(() => { if (pages.isKnown && last > pages.rows.length) pages.need(last); }, [last, pages.isKnown, pages.rows.length]);

  // The cursor stays in sight.
  useLayoutEffect(() => {
    const element = box.current!, top = pages.cursor * height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height > element.scrollTop + element.clientHeight) element.scrollTop = top + height - element.clientHeight;
  }, [pages.cursor, pages.isKnown]);

  const drawn = [];
  for (let n = first; n < last; ++n) {
    const row = pages.rows[n];
    drawn.push(
      <div key={row ? `r${row.n}` : `p${n}`} id={`row-${n}`} role="option" aria-selected={n === pages.cursor} aria-setsize={total} aria-posinset={n + 1}
        class={`row ${n === pages.cursor ? "is-at" : ""} ${row?.unread ? "is-unread" : ""} ${row ? `is-${row.status}` : ""}`} style={{ top: `${n * height}px` }}
        onClick={() => { onMove(n); if (row) onOpen(row); }}>
        {row ? <RowBody row={row} words={words} /> : <span class="muted">…</span>}
      </div>);
  }
  return (
    <div class="rows" ref={box} role="listbox" tabIndex={0} aria-label={label} aria-activedescendant={total > 0 && pages.cursor >= first && pages.cursor < last ? `row-${pages.cursor}` : undefined}
      onScroll={(event) => { pages.scroll = event.currentTarget.scrollTop; setView({ top: event.currentTarget.scrollTop, size: event.currentTarget.clientHeight }); }}>
      <div class="all" role="presentation" style={{ height: `${Math.min(total * height, tallest)}px` }}>{drawn}</div>
    </div>
  );
}

/** How many rows a page of the list is. */
export const pageOfRows = () => Math.max(1, Math.floor((document.querySelector(".rows")?.clientHeight ?? 640) / height) - 1);
