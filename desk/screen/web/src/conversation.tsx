// Talking with who wrote. An answer waits for the next boards; whether it was read is known only when the reporter writes again.
import { useState } from "preact/hooks";
import { post, Refusal } from "./api";
import { language, languages, t } from "./texts";
import { Area, Button, Chip, complain, Panel, say, Select, useLoad } from "./ui";
import { Untrusted, UntrustedText } from "./untrusted";

interface Heard { n: number; day: string; kind: string; first: string; ours: boolean }
interface Written { n: number; organisation: string; day: string; confirmed?: string; text: string }
interface Talk { heard: Heard[]; answers: Written[] }
interface Phrase { name: string; text: string }

type Turn = { day: string; heard: Heard } | { day: string; written: Written };
const inTime = ({ heard, answers }: Talk): Turn[] =>
  [...heard.map((each) => ({ day: each.day, heard: each })), ...answers.map((each) => ({ day: each.day, written: each }))].sort((a, b) => a.day.localeCompare(b.day));

function Turns({ talk, of }: { talk: Talk; of: number }) {
  return (
    <ol class="turns">{inTime(talk).map((turn) => "heard" in turn
      ? <li class="heard"><p class="small">{turn.day} · {t("talk.reporter")} · {t(`kind.${turn.heard.kind}`)} {turn.heard.n === of ? `№ ${of}` : <a href={`#/report/${turn.heard.n}`}>№ {turn.heard.n}</a>} {!turn.heard.ours && <Chip tone="warn">{t("talk.not_theirs")}</Chip>}</p><p><Untrusted text={turn.heard.first} /></p></li>
      : <li class="written"><p class="small">{turn.day} · {turn.written.organisation} · {turn.written.confirmed ? <Chip tone="good">{t("talk.read", { day: turn.written.confirmed })}</Chip> : t("talk.not_known")}</p><UntrustedText text={turn.written.text} /></li>)}
    </ol>
  );
}

export function Conversation({ of, lang }: { of: number; lang: string | undefined }) {
  const talk = useLoad<Talk>(`/api/reports/${of}/conversation`);
  const [theirs, setTheirs] = useState(lang && ["en", "ru", "ky"].includes(lang) ? lang : language.get());
  const phrases = useLoad<Phrase[]>("/api/phrases", { lang: theirs });
  const [text, setText] = useState("");
  const [telling, setTelling] = useState<string[]>([]);
  const [isBusy, setBusy] = useState(false);
  if (!talk.value) return null;  // this report cannot be answered

  const send = async (anyway: boolean) => {
    setBusy(true);
    try {
      talk.set(await post<Talk>(`/api/reports/${of}/answers`, { text, ...(anyway ? { anyway: true } : {}) }));
      setText("");
      setTelling([]);
      say(t("talk.waits"));
    } catch (fault) {
      if (fault instanceof Refusal && fault.status === 409 && Array.isArray(fault.said.telling)) setTelling(fault.said.telling.map(String));
      else complain(fault);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={t("talk.title")}>
      <Turns talk={talk.value} of={of} />
      <form class="form" onSubmit={(event) => { event.preventDefault(); if (text.trim()) void send(false); }}>
        <div class="buttons">
          <Select label={t("talk.language")} value={theirs} onChange={setTheirs} options={languages.map(([value, label]) => ({ value, label }))} />
          <Select label={t("talk.phrase")} none={t("talk.phrase")} value="" onChange={(name) => { const one = phrases.value?.find((each) => each.name === name); if (one) setText(text ? `${text}\n${one.text}` : one.text); }}
            options={(phrases.value ?? []).map((each) => ({ value: each.name, label: each.text.length > 70 ? `${each.text.slice(0, 70)}…` : each.text }))} />
        </div>
        <Area label={t("talk.answer")} rows={4} value={text} onInput={(now) => { setText(now); setTelling([]); }} />
        {telling.length > 0 && (
          <div class="warning" role="alert"><p>{t("talk.telling")}</p><p>{telling.map((word) => <Chip tone="warn"><Untrusted text={word} /></Chip>)}</p>
            <p class="buttons"><Button tone="danger" disabled={isBusy} onClick={() => void send(true)}>{t("talk.anyway")}</Button></p></div>)}
        <p class="buttons"><Button type="submit" tone="main" disabled={isBusy || !text.trim()}>{t("talk.send")}</Button><span class="small">{t("talk.when")}</span></p>
      </form>
    </Panel>
  );
}
