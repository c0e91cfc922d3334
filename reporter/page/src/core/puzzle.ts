// The admission puzzle, solved (docs/formats.md, "Puzzle").
import { argon2id } from "@noble/hashes/argon2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytes32, concat, fromBase64Url, number32, toHex, utf8, type Bytes } from "./bytes";

const domain = utf8("sandyk/puzzle/1\n");
const leastEffort = 64;
const mostEffort = 16384;
const proofBits = 12;
const all = 2 ** 32;

export interface Puzzle {
  slot: number;
  seed: Uint8Array;
  effort: number;
}

const isEffort = (value: unknown): value is number =>
  value === 0 || (Number.isSafeInteger(value) && (value as number) >= leastEffort && (value as number) <= mostEffort);

/** Nothing unless it is what GET /puzzle says. */
export function parsePuzzle(text: string): Puzzle | null {
  if (text.length > 4096) return null;
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== "object" || json === null) return null;
    const { format, slot, seed, effort, floor } = json as Record<string, unknown>;
    const bytes = typeof seed === "string" ? fromBase64Url(seed) : null;
    if (format !== "sandyk-puzzle/1" || !bytes || bytes.length !== 32 || !isEffort(effort) || !isEffort(floor)) return null;
    if (!Number.isSafeInteger(slot) || (slot as number) < 0 || (slot as number) > 9_999_999_999) return null;
    return { slot: slot as number, seed: bytes, effort };
  } catch {
    return null;
  }
}

function costlyValue(puzzle: Puzzle, report: Uint8Array, search: Uint8Array): number {
  return number32(argon2id(concat(puzzle.seed, report, search), domain, { t: 1, m: 1024, p: 1, dkLen: 32 }));
}

/** How probable it was that `tries` with `expected` tries on average would do. */
const share = (tries: number, expected: number): number => 1 - Math.exp(-tries / expected);

/** The first half by Argon2id, then the second by SHA-256 over the whole; for the memory-hard part counts once. */
export function solve(puzzle: Puzzle, report: Uint8Array, progress: (share: number) => void = () => undefined): string {
  const effort = Math.max(puzzle.effort, leastEffort);
  let costly = 0;
  while (costlyValue(puzzle, report, bytes32(costly)) * effort >= all) progress(share(++costly, effort) / 2);

  const begun = sha256.create().update(concat(domain, puzzle.seed, report, bytes32(effort)) as Bytes);
  const nonce = new Uint8Array(8);
  const view = new DataView(nonce.buffer);
  view.setUint32(0, costly);
  const expected = effort * 2 ** proofBits;
  for (let cheap = 0; ; ++cheap) {
    view.setUint32(4, cheap);
    if (number32(begun.clone().update(nonce).digest()) * expected < all) break;
    if (cheap % 16384 === 0) progress(0.5 + share(cheap, expected) / 2);
  }
  return `${puzzle.slot}:${effort}:${toHex(nonce)}`;
}
