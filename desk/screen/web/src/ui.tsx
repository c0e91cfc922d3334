// Small parts that every screen is made of.
import type { ComponentChildren, JSX } from "preact";
import { useCallback, useEffect, useId, useRef, useState } from "preact/hooks";
import { get, Refusal, type Words } from "./api";
import { Value, useValue } from "./store";
import { t } from "./texts";

// --- what is said for a moment ------------------------------------------------------------------------------------

export interface Said { text: string; isFault: boolean; undo?: () => void }
export const said = new Value<Said | null>(null);
let quiet = 0;

export function say(text: string, more: Partial<Said> = {}): void {
  said.set({ text, isFault: false, ...more });
  clearTimeout(quiet);
  quiet = window.setTimeout(() => said.set(null), more.isFault ? 15_000 : 6000);
}

/** A plain sentence for what went wrong. The server's own is English and says most. */
export function sentence(fault: unknown): string {
  if (!(fault instanceof Refusal)) return String(fault);
  if (fault.status === 0) return t("fault.gone");
  if (fault.status === 403) return t("fault.token");
  return fault.message || t("fault.any", { status: fault.status });
}

export const complain = (fault: unknown) => say(sentence(fault), { isFault: true });

/** Runs what a button does; a fault is said, and nothing is left running twice. */
export function useAct(): [boolean, (act: () => Promise<unknown>) => void] {
  const [isBusy, setBusy] = useState(false);
  const run = useCallback((act: () => Promise<unknown>) => {
    setBusy(true);
    act().catch(complain).finally(() => setBusy(false));
  }, []);
  return [isBusy, run];
}

// --- what is asked for --------------------------------------------------------------------------------------------

export interface Loaded<T> { value?: T; fault?: Refusal; again: () => void; set: (value: T) => void }

/** What the server answers; asked for again when the path or the words change. */
export function useLoad<T>(path: string | null, words: Words = {}): Loaded<T> {
  const [now, setNow] = useState<{ key: string; value?: T; fault?: Refusal }>({ key: "" });
  const [turn, setTurn] = useState(0);
  const key = path === null ? "" : path + JSON.stringify(words);
  useEffect(() => {
    if (path === null) return undefined;
    let isOver = false;
    get<T>(path, words).then((value) => { if (!isOver) setNow({ key, value }); },
      (fault: unknown) => { if (!isOver) setNow({ key, fault: fault instanceof Refusal ? fault : new Refusal(1, String(fault)) }); });
    return () => { isOver = true; };
  }, [key, turn]);
  const isOurs = now.key === key;
  return {
    ...(isOurs && now.value !== undefined ? { value: now.value } : {}), ...(isOurs && now.fault ? { fault: now.fault } : {}),
    again: useCallback(() => setTurn((n) => n + 1), []), set: (value) => setNow({ key, value }),
  };
}

/** What stands while something is loaded, or could not be. */
export function Waiting({ of }: { of: { fault?: Refusal } }) {
  return of.fault ? <p class="fault" role="alert">{sentence(of.fault)}</p> : <p class="muted">{t("loading")}</p>;
}

// --- pieces -------------------------------------------------------------------------------------------------------

export function Heading({ children, beside }: { children: ComponentChildren; beside?: ComponentChildren }) {
  return <div class="heading"><h1 tabIndex={-1}>{children}</h1>{beside}</div>;
}

export function Panel({ title, beside, children, tone }: { title: string; beside?: ComponentChildren; children: ComponentChildren; tone?: string }) {
  const id = useId();
  return (
    <section class={`panel ${tone ?? ""}`} aria-labelledby={id}>
      <header><h2 id={id}>{title}</h2>{beside}</header>
      {children}
    </section>
  );
}

export const Chip = ({ children, tone = "" }: { children: ComponentChildren; tone?: string }) => <span class={`chip ${tone}`}>{children}</span>;
export const Key = ({ of }: { of: string }) => <kbd>{of}</kbd>;

export function Button({ tone = "", children, ...rest }: { tone?: string; children: ComponentChildren } & Omit<JSX.IntrinsicElements["button"], "class" | "children">) {
  return <button type="button" {...rest} class={`button ${tone}`}>{children}</button>;
}

interface FieldProps { label: string; help?: string; children: (ids: { id: string; describedBy?: string }) => ComponentChildren; wide?: boolean }
export function Field({ label, help, children, wide }: FieldProps) {
  const id = useId();
  return (
    <div class={`field ${wide ? "wide" : ""}`}>
      <label for={id}>{label}</label>
      <div>{children({ id, ...(help ? { describedBy: `${id}-help` } : {}) })}{help && <p class="help" id={`${id}-help`}>{help}</p>}</div>
    </div>
  );
}

interface TextProps { value: string; onInput: (text: string) => void; id?: string; describedBy?: string; label?: string; placeholder?: string; mono?: boolean; pattern?: string; required?: boolean; max?: number }
export function Text({ value, onInput, id, describedBy, label, mono, max, ...rest }: TextProps) {
  return <input {...rest} id={id} type="text" class={mono ? "mono" : ""} value={value} maxLength={max} aria-label={label} aria-describedby={describedBy} autocomplete="off" autocorrect="off" autocapitalize="off" spellcheck={false}
    onInput={(event) => onInput(event.currentTarget.value)} />;
}

export function Area({ value, onInput, id, describedBy, label, rows = 4 }: { value: string; onInput: (text: string) => void; id?: string; describedBy?: string; label?: string; rows?: number }) {
  return <textarea id={id} rows={rows} value={value} aria-label={label} aria-describedby={describedBy} autocomplete="off" spellcheck={false} onInput={(event) => onInput(event.currentTarget.value)} />;
}

interface SelectProps { value: string; onChange: (value: string) => void; options: { value: string; label: string }[]; id?: string; label?: string; none?: string; describedBy?: string }
export function Select({ value, onChange, options, id, label, none, describedBy }: SelectProps) {
  const isKnown = value === "" || options.some((each) => each.value === value);
  return (
    <select id={id} aria-label={label} aria-describedby={describedBy} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {none !== undefined && <option value="">{none}</option>}
      {!isKnown && <option value={value}>{value}</option>}
      {options.map((each) => <option value={each.value}>{each.label}</option>)}
    </select>
  );
}

/** A question that covers the screen until it is answered. The browser keeps the focus in it and gives it back. */
export function Dialog({ title, onClose, children, wide }: { title: string; onClose: () => void; children: ComponentChildren; wide?: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId(), now = useValue(said);
  useEffect(() => {
    dialog.current!.showModal();
    return () => dialog.current?.close();
  }, []);
  return (
    <dialog ref={dialog} class={wide ? "wide" : ""} aria-labelledby={id} onCancel={(event) => { event.preventDefault(); onClose(); }} onClose={onClose} onClick={(event) => { if (event.target === dialog.current) onClose(); }}>
      <div class="dialog">
        <div class="head"><h2 id={id}>{title}</h2><Button tone="quiet" aria-label={t("close")} onClick={onClose}>✕</Button></div>
        {now?.isFault && <p class="fault" role="alert">{now.text}</p>}
        {children}
      </div>
    </dialog>
  );
}

export function Announcement() {
  const now = useValue(said);
  return (
    <div class={`announcement ${now?.isFault ? "is-fault" : ""}`} role="status" aria-live="polite">
      {now && <><span>{now.text}</span>{now.undo && <Button tone="quiet" onClick={now.undo}>{t("undo")} <Key of="z" /></Button>}
        <Button tone="quiet" aria-label={t("close")} onClick={() => said.set(null)}>✕</Button></>}
    </div>
  );
}
