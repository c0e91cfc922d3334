// From a report to the sealed file that travels: pack, pad, seal to the week's organisations.
import { Encrypter } from "age-encryption";
import { sha256Hex, textOf, type Bytes } from "./bytes";
import { writeDocument, type Answers, type AttachmentEntry } from "./document";
import { Fault } from "./fault";
import type { Keyring } from "./keyring";
import { evidenceKindOf, mediaTypeOf } from "./media_type";
import { pack, packedSize, type Member } from "./packing";
import type { ThreadKeys } from "./receipt";
import { sealedLength, textClass } from "./size_class";
import { writeThread, type Part, type ThreadKind } from "./thread";

export interface Sealed {
  bytes: Bytes;
  id: string; // SHA-256 of the bytes, hex
  week: string;
}

export interface Report {
  language: string;
  answers: Answers;
  files: readonly Uint8Array[];
}

function attach(files: readonly Uint8Array[]): AttachmentEntry[] {
  return files.map((content, at) => {
    const media_type = mediaTypeOf(content);
    return { id: `a${at + 1}`, evidence_kind: evidenceKindOf(media_type), size: content.length, sha256: sha256Hex(content), media_type };
  });
}

/** The packed bytes of a report of the thread. Texts alone all have the same size. Throws a Fault. */
export function packReport(report: Report, keys: ThreadKeys, kind: ThreadKind, part: Part, most: number): Bytes {
  const document = writeDocument(report.language, report.answers, attach(report.files));
  const members: Member[] = [
    { name: "report.json", content: document },
    { name: "thread.json", content: writeThread(keys, kind, part, document, [...report.files]) },
    ...report.files.map((content, at) => ({ name: `files/a${at + 1}`, content })),
  ];
  if (report.files.length === 0 && packedSize(members) > textClass) throw new Fault("text-too-long");
  return pack(members, most);
}

/** Exactly the stanzas that the keyring wants, in the age file's own words. */
function hasStanzas(sealed: Uint8Array, count: number): boolean {
  const stanzas = "(?:-> mlkem768x25519 [A-Za-z0-9+/]{1494}\n[A-Za-z0-9+/]{43}\n)";
  const header = new RegExp(`^age-encryption\\.org/v1\n${stanzas}{${count}}--- [A-Za-z0-9+/]{43}\n$`);
  return header.test(textOf(sealed.subarray(0, 70 + 1557 * count)) ?? "");
}

/** Seals to every organisation of the week, in its order, and to nobody else. Throws a Fault. */
export async function seal(packed: Uint8Array, keyring: Keyring): Promise<Sealed> {
  const encrypter = new Encrypter();
  for (const { recipient } of keyring.organisations) {
    // The library mixes hybrid and classic recipients without a word: then nothing would be post-quantum.
    if (!recipient.startsWith("age1pq1")) throw new Fault("recipient");
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new Fault("recipient");
    }
  }
  const count = keyring.organisations.length;
  const bytes = (await encrypter.encrypt(packed)) as Bytes;
  if (bytes.length !== sealedLength(packed.length, count) || !hasStanzas(bytes, count)) throw new Fault("seal");
  return { bytes, id: sha256Hex(bytes), week: keyring.week };
}

/** All that the name of a sealed file says. */
export function sealedFileName(week: string): string {
  const random = crypto.getRandomValues(new Uint8Array(4));
  return `report-${week}-${Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("")}.age`;
}
