// One thread's reports on their way: the words first, then each file in a report of its own, so that a lost photo never
// loses the words.
import type { Bytes } from "./core/bytes";
import type { Answers } from "./core/document";
import { Fault } from "./core/fault";
import type { Keyring } from "./core/keyring";
import type { ThreadKeys } from "./core/receipt";
import type { Sealed } from "./core/sealing";
import type { ThreadKind } from "./core/thread";
import { deliver, type Notices } from "./delivery";
import { cleaned, isPhoto } from "./photos";
import { run } from "./worker";

export interface Item {
  file: File | null; // null: the words
  sealed: Sealed | null;
  isThere: boolean; // the server has it
}

export interface Draft {
  language: string;
  answers: Answers;
  files: readonly File[];
  cleans: boolean; // photos, of their hidden data
}

export interface Sending {
  draft: Draft;
  kind: ThreadKind;
  keys: ThreadKeys;
  keyring: Keyring;
  items: Item[];
  notCleaned: number;
}

export function begin(draft: Draft, kind: ThreadKind, keys: ThreadKeys, keyring: Keyring): Sending {
  const items: Item[] = draft.files.map((file) => ({ file, sealed: null, isThere: false }));
  if (draft.answers.narrative) items.unshift({ file: null, sealed: null, isThere: false });
  return { draft, kind, keys, keyring, items, notCleaned: 0 };
}

async function contentOf(sending: Sending, file: File): Promise<Bytes> {
  if (file.size > sending.keyring.maxClass) throw new Fault("too-large");
  let content: Bytes;
  try {
    content = new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Fault("file-unreadable");
  }
  if (!sending.draft.cleans || !isPhoto(content)) return content;
  const clean = await cleaned(content);
  if (!clean) ++sending.notCleaned;
  return clean ?? content;
}

/** Seals it where that is still to do; what is sealed stays the same bytes, however often they are sent. */
export async function sealItem(sending: Sending, item: Item): Promise<Sealed> {
  if (item.sealed) return item.sealed;
  const { draft, kind, keys, keyring, items } = sending;
  // Without words, the other answers go with the first file.
  const isFirst = items[0] === item;
  const report = { language: draft.language, answers: isFirst ? draft.answers : {}, files: item.file ? [await contentOf(sending, item.file)] : [] };
  const part = { part: items.indexOf(item) + 1, parts: items.length };
  return (item.sealed = await run("seal", [report, keys, kind, part, keyring]));
}

/** Sends what is not there yet, in order. Throws the Fault of the first that fails; what came before it is there. */
export async function sendAll(sending: Sending, nodes: readonly string[], tell: (item: Item) => Notices): Promise<void> {
  for (const item of sending.items.filter(({ isThere }) => !isThere)) {
    const notices = tell(item);
    notices.progress(0);
    await deliver(await sealItem(sending, item), nodes, notices);
    item.isThere = true;
  }
}
