// Staff's own notes. They stay in the case file: nothing the desk sends, prints or exports holds them.
import { useState } from "preact/hooks";
import { part, post, remove } from "./api";
import { t } from "./texts";
import type { Note } from "./types";
import { Area, Button, Panel, useAct, useLoad, Waiting } from "./ui";
import { Untrusted } from "./untrusted";

export function Notes({ on }: { on: string }) {
  const notes = useLoad<Note[]>("/api/notes", { on });
  const [text, setText] = useState("");
  const [isBusy, act] = useAct();
  const add = () => act(async () => { await post("/api/notes", { on, text: text.trim() }); setText(""); notes.again(); });
  return (
    <Panel title={t("notes.title")} beside={<span class="small">{t("notes.stay")}</span>}>
      {notes.value ? notes.value.length > 0 && (
        <ul class="list">{notes.value.map((note) =>
          <li class="note"><p class="text"><Untrusted text={note.text} /></p>
            <p class="small">{note.day} · {note.by} <Button tone="quiet small" disabled={isBusy} aria-label={t("notes.delete_of", { day: note.day })} onClick={() => act(async () => { await remove(`/api/notes/${part(String(note.id))}`); notes.again(); })}>{t("delete")}</Button></p></li>)}
        </ul>) : <Waiting of={notes} />}
      <form class="add" onSubmit={(event) => { event.preventDefault(); if (text.trim()) add(); }} onKeyDown={(event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && text.trim()) { event.preventDefault(); add(); } }}>
        <Area label={t("notes.new")} rows={2} value={text} onInput={setText} />
        <Button type="submit" disabled={isBusy || !text.trim()}>{t("notes.add")}</Button>
      </form>
    </Panel>
  );
}
