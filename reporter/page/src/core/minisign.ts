// minisign signatures, prehashed, with the trusted comment that names kind, site and mark (docs/formats.md,
// "Signatures").
import { ed25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, fromBase64, isEqual, sha256Hex, textOf, utf8 } from "./bytes";

const maxFile = 4096;
const maxComment = 1024;

export interface VerifyKey {
  id: Uint8Array;
  key: Uint8Array;
  text: string; // the base64 line
}

/** A public key's base64 line. */
export function parseVerifyKey(text: unknown): VerifyKey | null {
  const bytes = typeof text === "string" && text.length === 56 ? fromBase64(text) : null;
  if (!bytes || bytes.length !== 42 || textOf(bytes.subarray(0, 2)) !== "Ed") return null;
  return { id: bytes.slice(2, 10), key: bytes.slice(10), text: text as string };
}

export const siteOf = (root: VerifyKey): string => sha256Hex(root.key).slice(0, 16);

interface SignatureFile {
  keyId: Uint8Array;
  signature: Uint8Array;
  comment: string;
  global: Uint8Array;
}

function parseSignature(file: string): SignatureFile | null {
  if (file.length > maxFile) return null;
  const lines = file.replace(/\n$/, "").split("\n").map((line) => line.replace(/\r$/, ""));
  const [untrusted, first, trusted, second] = lines;
  if (lines.length !== 4 || !untrusted?.startsWith("untrusted comment: ")) return null;
  if (!trusted?.startsWith("trusted comment: ")) return null;
  const head = fromBase64(first ?? "");
  const global = fromBase64(second ?? "");
  const comment = trusted.slice("trusted comment: ".length);
  if (!head || head.length !== 74 || !global || global.length !== 64 || comment.length > maxComment) return null;
  if (textOf(head.subarray(0, 2)) !== "ED") return null; // of a prehashed message
  return { keyId: head.slice(2, 10), signature: head.slice(10), comment, global };
}

const isSigned = (signature: Uint8Array, message: Uint8Array, key: VerifyKey): boolean =>
  ed25519.verify(signature, message, key.key, { zip215: false });

/** The mark (serial or date) of the signature, or nothing when it does not fit key, message, kind and site. */
export function verify(key: VerifyKey, message: Uint8Array, signatureFile: string, kind: string, site: string): string | null {
  const file = parseSignature(signatureFile);
  if (!file || !isEqual(file.keyId, key.id)) return null;
  try {
    if (!isSigned(file.signature, blake2b(message, { dkLen: 64 }), key)) return null;
    if (!isSigned(file.global, concat(file.signature, utf8(file.comment)), key)) return null;
  } catch {
    return null; // a key or signature that is no point
  }
  const head = `sandyk/1 ${kind} ${site} `;
  const mark = file.comment.slice(head.length);
  return file.comment.startsWith(head) && /^[^ ]+$/.test(mark) ? mark : null;
}
