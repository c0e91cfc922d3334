// thread.json: which conversation a report is of (docs/formats.md, "thread.json").
import { concat, toBase64Url, utf8, type Bytes } from "./bytes";
import { sha256 } from "@noble/hashes/sha2.js";
import { sign, type ThreadKeys } from "./receipt";

export type ThreadKind = "report" | "followup" | "withdraw" | "cover";

const mostRead = 64;

export interface Part {
  part: number; // from 1
  parts: number;
}

/** Follow-ups and withdrawals: they are signed, and prove what was read. */
const continues = (kind: ThreadKind): boolean => kind === "followup" || kind === "withdraw";

/** The bytes of thread.json for a report with this document and these files. */
export function writeThread(keys: ThreadKeys, kind: ThreadKind, part: Part, document: Uint8Array, files: Uint8Array[]): Bytes {
  const signature = (): string => {
    const hashes = [document, ...files].map((bytes) => sha256(bytes));
    return toBase64Url(sign(keys, concat(utf8("sandyk/thread/1"), utf8(kind), keys.thread, ...hashes)));
  };
  const json = {
    format: "sandyk-thread/1",
    thread: toBase64Url(keys.thread),
    reply_key: toBase64Url(keys.replyKey),
    verify_key: toBase64Url(keys.verifyKey),
    kind,
    part: part.part,
    parts: part.parts,
    ...(continues(kind) ? { signature: signature() } : {}),
    ...(continues(kind) && keys.read?.length ? { read: keys.read.slice(0, mostRead).map(toBase64Url) } : {}),
  };
  return utf8(`${JSON.stringify(json)}\n`);
}
