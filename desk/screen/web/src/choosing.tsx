// Choosing by typing: the first letters of a code, a label or an id; arrows, Enter. One or several.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { fold } from "./folding";
import { t } from "./texts";
import type { Choice } from "./vocabulary";

const most = 60;

function fitting(choices: Choice[], typed: string): Choice[] {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  const rank = ({ value, label, hint }: Choice): number => {
    const text = fold(label), all = `${fold(value)} ${text} ${fold(hint ?? "")}`;
    if (!words.every((word) => all.includes(word))) return -1;
    return words.length > 0 && (text.startsWith(words[0]!) || fold(value).startsWith(words[0]!)) ? 2 : 1;
  };
  return choices.map((each) => [rank(each), each] as const).filter(([each]) => each >= 0).sort(([a], [b]) => b - a).slice(0, most).map(([, each]) => each);
}

interface Props {
  id?: string; describedBy?: string; label?: string; choices: Choice[]; value: string[]; onChange: (value: string[]) => void; isOne?: boolean;
  /** Makes one of what was typed; its value is then chosen. */
  onNew?: (typed: string) => Promise<string | undefined>;
}

export function Choose({ id, describedBy, label, choices, value, onChange, isOne, onNew }: Props) {
  const own = useId(), listId = `${own}-list`;
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const left = choices.filter((each) => !value.includes(each.value));
  const fit = isOpen ? fitting(left, typed) : [];
  const canMake = onNew !== undefined && typed.trim() !== "";
  const size = fit.length + (canMake ? 1 : 0);
  const labelOf = (code: string) => choices.find((each) => each.value === code)?.label ?? code;

  useEffect(() => { setAt(0); }, [typed, isOpen]);
  useEffect(() => { if (isOpen) document.getElementById(`${own}-${at}`)?.scrollIntoView({ block: "nearest" }); }, [at, isOpen]);

  const take = (code: string) => {
    onChange(isOne ? [code] : [...value, code]);
    setTyped("");
    if (isOne) setOpen(false);
  };
  const make = () => void onNew!(typed.trim()).then((code) => { if (code !== undefined) take(code); });
  const choose = (n: number) => (n < fit.length ? take(fit[n]!.value) : canMake ? make() : undefined);

  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) setOpen(true);
      else if (size > 0) setAt((at + (event.key === "ArrowDown" ? 1 : size - 1)) % size);
    } else if (event.key === "Enter" && isOpen && size > 0) {
      event.preventDefault();
      choose(Math.min(at, size - 1));
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === "Backspace" && typed === "" && value.length > 0) {
      onChange(value.slice(0, -1));
    }
  };

  return (
    <div class="choose" onFocusOut={(event) => { if (!(event.currentTarget as Element).contains(event.relatedTarget as Node | null)) { setOpen(false); setTyped(""); } }}>
      <div class="chosen" onClick={(event) => { if (event.target === event.currentTarget) input.current?.focus(); }}>
        {value.map((code) => <button type="button" class="taken" aria-label={t("choose.remove", { what: labelOf(code) })} onClick={() => { onChange(value.filter((each) => each !== code)); input.current?.focus(); }}>{labelOf(code)} <span aria-hidden="true">✕</span></button>)}
        <input ref={input} id={id} type="text" role="combobox" aria-label={label} aria-describedby={describedBy} aria-expanded={isOpen && size > 0} aria-controls={isOpen && size > 0 ? listId : undefined} aria-autocomplete="list"
          aria-activedescendant={isOpen && size > 0 ? `${own}-${Math.min(at, size - 1)}` : undefined} value={typed} placeholder={value.length === 0 ? t("choose.type") : ""} autocomplete="off" spellcheck={false}
          onInput={(event) => { setTyped(event.currentTarget.value); setOpen(true); }} onClick={() => setOpen(true)} onKeyDown={pressed} />
      </div>
      {isOpen && size > 0 && (
        <ul class="choices" role="listbox" id={listId} aria-label={label ?? t("choose.list")} onMouseDown={(event) => event.preventDefault()}>
          {fit.map((each, n) =>
            <li role="option" id={`${own}-${n}`} aria-selected={n === at} onClick={() => { take(each.value); input.current?.focus(); }}><span>{each.label}</span>{each.hint && <span class="hint">{each.hint}</span>}</li>)}
          {canMake && <li role="option" id={`${own}-${fit.length}`} aria-selected={at >= fit.length} onClick={make}><span>{t("choose.new", { what: typed.trim() })}</span></li>}
        </ul>
      )}
    </div>
  );
}

export const ChooseOne = ({ value, onChange, ...rest }: Omit<Props, "value" | "onChange" | "isOne"> & { value: string; onChange: (value: string) => void }) =>
  <Choose {...rest} isOne value={value ? [value] : []} onChange={([one]) => onChange(one ?? "")} />;
