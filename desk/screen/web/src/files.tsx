// What came with a report. A picture is shown from pixels that the reader made anew; anything else only leaves on command.
import { useEffect, useState } from "preact/hooks";
import { bytes, post } from "./api";
import { size, t } from "./texts";
import type { Attachment, Report } from "./types";
import { Button, Dialog, Field, Panel, say, sentence, Text, useAct } from "./ui";
import { Untrusted } from "./untrusted";

let lastFolder = "";  // of this sitting, so that it is typed once

function Picture({ of, file }: { of: Report; file: Attachment }) {
  const [url, setUrl] = useState("");
  const [fault, setFault] = useState("");
  const [isClear, setClear] = useState(false);
  useEffect(() => {
    let made = "", isOver = false;
    bytes(`/api/reports/${of.n}/files/${encodeURIComponent(file.name)}/picture`).then((blob) => {
      if (isOver) return;
      made = URL.createObjectURL(blob);
      setUrl(made);
    }, (gone: unknown) => setFault(sentence(gone)));
    return () => { isOver = true; if (made) URL.revokeObjectURL(made); };
  }, [of.n, file.name]);
  if (fault) return <p class="small">{fault}</p>;
  if (!url) return <p class="muted">{t("loading")}</p>;
  return (
    <button type="button" class={`picture ${isClear ? "is-clear" : ""}`} aria-pressed={isClear} aria-label={t(isClear ? "files.blur" : "files.show", { name: file.name })} onClick={() => setClear(!isClear)}>
      <img src={url} alt="" draggable={false} /><span>{t(isClear ? "files.blur_short" : "files.show_short")}</span>
    </button>
  );
}

type What = { file: Attachment } | "original";

/** Asks where to, says what that means, and writes there. Nothing is ever written over. */
function Save({ of, what, onClose }: { of: Report; what: What; onClose: () => void }) {
  const [folder, setFolder] = useState(lastFolder);
  const [copy, setCopy] = useState<"stripped" | "original">(what !== "original" && what.file.shown ? "stripped" : "original");
  const [isBusy, act] = useAct();
  const isFile = what !== "original";
  const save = () => act(async () => {
    const { path } = isFile ? await post<{ path: string }>(`/api/reports/${of.n}/files/${encodeURIComponent(what.file.name)}/save`, { folder, copy }) : await post<{ path: string }>(`/api/reports/${of.n}/save`, { folder });
    lastFolder = folder;
    say(t("files.saved", { path }));
    onClose();
  });
  return (
    <Dialog title={isFile ? t("files.save_title", { name: what.file.name }) : t("sealed.save")} onClose={onClose}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); save(); }}>
        <p class="warning">{isFile ? t("files.save_warning") : t("sealed.save_warning")}</p>
        <Field label={t("files.folder")} help={t("files.folder_help")}>{({ id, describedBy }) => <Text id={id} {...(describedBy ? { describedBy } : {})} mono required value={folder} onInput={setFolder} />}</Field>
        {isFile && what.file.shown && (
          <fieldset class="plain"><legend>{t("files.copy")}</legend>
            {(["stripped", "original"] as const).map((each) =>
              <p class="tick"><input type="radio" name="copy" id={`copy-${each}`} checked={copy === each} onChange={() => setCopy(each)} /> <label for={`copy-${each}`}>{t(`files.copy_${each}`)}</label></p>)}
          </fieldset>)}
        <p class="buttons"><Button type="submit" tone="main" disabled={isBusy || !folder}>{t("files.save")}</Button><Button onClick={onClose}>{t("cancel")}</Button></p>
      </form>
    </Dialog>
  );
}

export function Files({ of }: { of: Report }) {
  const [saving, setSaving] = useState<What | null>(null);
  if (of.attachments.length === 0) return null;
  return (
    <Panel title={t("files.title")} beside={<span class="small">{t("files.never_opened")}</span>}>
      <ul class="list files">{of.attachments.map((file) =>
        <li>
          <div class="file"><span class="mono">{file.name}</span><span><Untrusted text={file.type} /></span><span class="small">{size(file.size)}</span>
            <Button tone="small" aria-label={t("files.save_title", { name: file.name })} onClick={() => setSaving({ file })}>{t("files.save_as")}</Button></div>
          <p class="hash" title="SHA-256">{file.sha256}</p>
          {file.shown && <Picture of={of} file={file} />}
        </li>)}
      </ul>
      {saving && <Save of={of} what={saving} onClose={() => setSaving(null)} />}
    </Panel>
  );
}

export function Sealed({ of }: { of: Report }) {
  const [isSaving, setSaving] = useState(false);
  return (
    <Panel title={t("sealed.title")} beside={<Button tone="small" onClick={() => setSaving(true)}>{t("sealed.save_short")}</Button>}>
      <dl class="facts">
        <dt>{t("sealed.id")}</dt><dd class="hash">{of.id}</dd>
        <dt>SHA-256</dt><dd class="hash">{of.sealed.sha256}</dd>
        <dt>{t("sealed.size")}</dt><dd>{size(of.sealed.size)}</dd>
        <dt>{t("sealed.week")}</dt><dd>{of.week}</dd>
      </dl>
      {isSaving && <Save of={of} what="original" onClose={() => setSaving(false)} />}
    </Panel>
  );
}
