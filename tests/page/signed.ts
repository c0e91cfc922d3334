// Keys and signed files for the tests of the page: a root, its organisations' weeks, keyrings and boards.
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64 } from "@scure/base";
import { generateHybridIdentity, identityToRecipient } from "age-encryption";
import { addDays, dayNumber, mondayOf } from "../../reporter/page/src/core/calendar";
import { bytes32, concat, utf8, type Bytes } from "../../reporter/page/src/core/bytes";
import { signedAnswer } from "../../reporter/page/src/core/board";
import { parseVerifyKey, siteOf, type VerifyKey } from "../../reporter/page/src/core/minisign";

export class Signer {
  readonly id: Uint8Array;
  readonly key: VerifyKey;

  constructor(readonly seed: Uint8Array = crypto.getRandomValues(new Uint8Array(32))) {
    this.id = seed.slice(0, 8);
    const key = parseVerifyKey(base64.encode(concat(utf8("Ed"), this.id, ed25519.getPublicKey(this.seed))));
    if (!key) throw new Error("a made key is one");
    this.key = key;
  }

  get site(): string {
    return siteOf(this.key);
  }

  /** A minisign signature file. */
  sign(message: Uint8Array, comment: string, algorithm = "ED"): string {
    const signature = ed25519.sign(blake2b(message, { dkLen: 64 }), this.seed);
    const global = ed25519.sign(concat(signature, utf8(comment)), this.seed);
    return `untrusted comment: for a test\n${base64.encode(concat(utf8(algorithm), this.id, signature))}\n` +
      `trusted comment: ${comment}\n${base64.encode(global)}\n`;
  }
}

export const week = "2031-W48";

export async function organisation(id: string): Promise<{ entry: Record<string, unknown>; identity: string; answers: Signer }> {
  const identity = await generateHybridIdentity();
  const answers = new Signer();
  const entry = {
    id,
    name: { en: id, ru: id, ky: id },
    recipient: await identityToRecipient(identity),
    desk_key: new Signer().key.text,
    answer_key: answers.key.text,
    board_slots: 32,
  };
  return { entry, identity, answers };
}

export function keyringJson(site: string, organisations: unknown[], change: Record<string, unknown> = {}): Bytes {
  const monday = mondayOf(week) ?? "";
  return utf8(JSON.stringify({
    format: "sandyk-keyring/1", site, serial: 7, week, not_before: monday, not_after: addDays(monday, 6),
    accept_until: addDays(monday, 20), destroy_by: addDays(monday, 60), max_class: 8 * 1024 * 1024,
    organisations, nodes: [{ https: "https://one.example", onion: "" }], open: { rule: "any" }, ...change,
  }));
}

/** As a writer of boards derives them, apart from the page's reader. */
export function slotKeys(org: string, number: number, replyKey: Uint8Array, index: number): { tag: Uint8Array; key: Uint8Array } {
  const both = hkdf(sha256, replyKey, undefined, concat(utf8("sandyk/board/1"), utf8(org), bytes32(number), new Uint8Array([index])), 48);
  return { tag: both.slice(0, 16), key: both.slice(16) };
}

/** A board of one organisation with these answers, every other slot random. */
export function board(org: string, answers: Signer, site: string, day: string, texts: { replyKey: Uint8Array; parts: string[] }[], slots = 32,
    slotSigner = answers):
    { bytes: Bytes; signature: string } {
  const number = 5;
  const bytes = new Uint8Array(64 + slots * 2048);
  for (let at = 64; at < bytes.length; at += 2048) crypto.getRandomValues(bytes.subarray(at, at + 2048));
  bytes.set(concat(utf8("SANDYKB1"), bytes32(number), bytes32(dayNumber(day)), bytes32(slots)));
  let slot = 3;
  for (const { replyKey, parts } of texts)
    parts.forEach((part, index) => {
      const { tag, key } = slotKeys(org, number, replyKey, index);
      const text = utf8(part);
      const signed = concat(new Uint8Array([text.length >> 8, text.length & 255]), text);
      const plain = new Uint8Array(2048 - 16 - 24 - 16);
      plain.set(concat(signed, ed25519.sign(signedAnswer(tag, signed), slotSigner.seed)));
      const nonce = crypto.getRandomValues(new Uint8Array(24));
      bytes.set(concat(tag, nonce, xchacha20poly1305(key, nonce).encrypt(plain)), 64 + 2048 * slot);
      slot = (slot + 7) % slots;
    });
  return { bytes, signature: answers.sign(bytes, `sandyk/1 board ${site} ${day}`) };
}
