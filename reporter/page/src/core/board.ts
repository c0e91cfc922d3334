// An organisation's board, and the answers in it that a receipt code opens (docs/formats.md, "Board").
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytes32, concat, isEqual, number32, textOf, utf8 } from "./bytes";
import { parseVerifyKey, verify } from "./minisign";
import type { Organisation } from "./keyring";
import { dayNumber } from "./calendar";

const headerSize = 64;
const slotSize = 2048;
const tagSize = 16;
const nonceSize = 24;
const mostAnswers = 8;

export interface Board {
  organisation: string;
  number: number;
  day: number; // days since 1970-01-01
  slots: Uint8Array[];
}

/** A board that the organisation signed for that site and for its own day; nothing for any other bytes. */
export function readBoard(bytes: Uint8Array, signature: string, organisation: Organisation, site: string): Board | null {
  const key = parseVerifyKey(organisation.answerKey);
  if (!key || bytes.length !== headerSize + organisation.boardSlots * slotSize) return null;
  const mark = verify(key, bytes, signature, "board", site);
  const isBoard = textOf(bytes.subarray(0, 8)) === "SANDYKB1" && bytes.subarray(20, headerSize).every((byte) => byte === 0);
  const [number, day, count] = [8, 12, 16].map((at) => number32(bytes, at)) as [number, number, number];
  if (mark === null || !isBoard || count !== organisation.boardSlots || dayNumber(mark) !== day) return null;
  const slots = Array.from({ length: count }, (_, at) => bytes.subarray(headerSize + at * slotSize, headerSize + (at + 1) * slotSize));
  return { organisation: organisation.id, number, day, slots };
}

function keysOf(board: Board, replyKey: Uint8Array, index: number): { tag: Uint8Array; key: Uint8Array } {
  const info = concat(utf8("sandyk/board/1"), utf8(board.organisation), bytes32(board.number), new Uint8Array([index]));
  const both = hkdf(sha256, replyKey, undefined, info, tagSize + 32);
  return { tag: both.slice(0, tagSize), key: both.slice(tagSize) };
}

/** What an answer's signature is over: the tag binds it to its thread, organisation, board and place. */
export const signedAnswer = (tag: Uint8Array, lengthAndText: Uint8Array): Uint8Array => concat(utf8("sandyk/answer/1"), tag, lengthAndText);

function openSlot(slot: Uint8Array, key: Uint8Array, answerKey: Uint8Array): string | null {
  try {
    const nonce = slot.subarray(tagSize, tagSize + nonceSize);
    const plain = xchacha20poly1305(key, nonce).decrypt(slot.subarray(tagSize + nonceSize));
    const size = new DataView(plain.buffer, plain.byteOffset).getUint16(0);
    const signed = plain.subarray(0, 2 + size);
    const signature = plain.subarray(2 + size, 2 + size + 64);
    if (signature.length !== 64 || !ed25519.verify(signature, signedAnswer(slot.subarray(0, tagSize), signed), answerKey, { zip215: false })) return null;
    return textOf(plain.subarray(2, 2 + size));
  } catch {
    return null; // somebody else's slot, or one that was damaged
  }
}

/** Stands between the answers of one thread, oldest first. */
export const answerSeparator = "\u001e";

/** Shows whoever has the reply key that its holder has read this answer. */
export function readProof(replyKey: Uint8Array, organisation: string, answer: string): Uint8Array {
  const hash = sha256(concat(utf8(organisation), new Uint8Array(1), utf8(answer)));
  return hkdf(sha256, replyKey, undefined, concat(utf8("sandyk/read/1"), hash), 16);
}

/** The text for this reply key, of as many slots as it takes; nothing when the board holds none. */
export function answerIn(board: Board, replyKey: Uint8Array, organisation: Organisation): string | null {
  const answerKey = parseVerifyKey(organisation.answerKey);
  let text: string | null = null;
  for (let index = 0; answerKey && index < mostAnswers; ++index) {
    const { tag, key } = keysOf(board, replyKey, index);
    const slot = board.slots.find((candidate) => isEqual(candidate.subarray(0, tagSize), tag));
    const part = slot ? openSlot(slot, key, answerKey.key) : null;
    if (part === null) break;
    text = (text ?? "") + part;
  }
  return text;
}
