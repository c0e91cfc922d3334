// The receipt: 25 digits that a reporter writes down, and what follows from them (docs/formats.md, "Receipt").
import { ed25519 } from "@noble/curves/ed25519.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, utf8 } from "./bytes";
import type { VerifyKey } from "./minisign";

const digits = 25;

// The quasigroup of Damm's dissertation: finds every single wrong digit and every swap of neighbours.
const dammTable = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
  "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
];

/** Zero over digits that end with their check digit. */
const damm = (text: string): number =>
  [...text].reduce((state, digit) => Number(dammTable[state]?.[Number(digit)]), 0);

/** One digit, each as likely as the others: bytes from 250 on are thrown back. */
function randomDigit(): string {
  const byte = new Uint8Array(1);
  do crypto.getRandomValues(byte);
  while ((byte[0] ?? 255) >= 250);
  return String((byte[0] ?? 0) % 10);
}

export function randomCode(): string {
  const free = Array.from({ length: digits - 1 }, randomDigit).join("");
  return free + String(damm(free));
}

/** What a person typed: spaces and dashes are ignored; nothing for anything but 25 digits that check. */
export function parseCode(typed: string): string | null {
  const code = typed.replace(/[\s\u2010-\u2015\u2212-]/g, "");
  return /^\d{25}$/.test(code) && damm(code) === 0 ? code : null;
}

/** Five groups of five. */
export const grouped = (code: string): string[] => code.match(/.{5}/g) ?? [];

export interface ThreadKeys {
  thread: Uint8Array;
  replyKey: Uint8Array;
  seed: Uint8Array; // of the thread's Ed25519 key
  verifyKey: Uint8Array;
  read?: Uint8Array[]; // proofs of the answers that were read with them
}

/** Argon2id (19 MiB, t = 2), in JavaScript alone: a browser's strictest settings leave WebAssembly out. */
export function deriveThreadKeys(code: string, root: VerifyKey): ThreadKeys {
  const salt = sha256(concat(utf8("sandyk/receipt/1"), root.key)).slice(0, 16);
  const secret = argon2id(utf8(code), salt, { t: 2, m: 19 * 1024, p: 1, dkLen: 32 });
  const prk = extract(sha256, secret);
  secret.fill(0);
  const seed = expand(sha256, prk, utf8("sandyk/sign/1"), 32);
  return {
    thread: expand(sha256, prk, utf8("sandyk/thread/1"), 16),
    replyKey: expand(sha256, prk, utf8("sandyk/reply/1"), 32),
    seed,
    verifyKey: ed25519.getPublicKey(seed),
  };
}

export const sign = (keys: ThreadKeys, message: Uint8Array): Uint8Array => ed25519.sign(message, keys.seed);
