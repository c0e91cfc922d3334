// The page's heavy work, by name: what a worker does, and the page itself where there is none.
import { answerIn, answerSeparator, readBoard, readProof } from "./core/board";
import type { Bytes } from "./core/bytes";
import { Fault } from "./core/fault";
import { readKeyring, type Keyring } from "./core/keyring";
import { parseVerifyKey, siteOf, type VerifyKey } from "./core/minisign";
import { solve, type Puzzle } from "./core/puzzle";
import { deriveThreadKeys, type ThreadKeys } from "./core/receipt";
import { packReport, seal, type Report, type Sealed } from "./core/sealing";
import type { Part, ThreadKind } from "./core/thread";

export interface FetchedBoard {
  organisation: string;
  bytes: Bytes;
  signature: string;
}
export interface AnswerOf {
  organisation: string;
  text: string;
  proofs: Uint8Array[]; // that it was read, one for each answer in it
}

export type Progress = (share: number) => void;

function rootOf(text: string): VerifyKey {
  const root = parseVerifyKey(text);
  if (!root) throw new Fault("root-key");
  return root;
}

export const jobs = {
  site: (rootKey: string): string => siteOf(rootOf(rootKey)),

  keyring: (json: Bytes, signature: string, rootKey: string): Keyring => readKeyring(json, signature, rootOf(rootKey)),

  keys: (code: string, rootKey: string): ThreadKeys => deriveThreadKeys(code, rootOf(rootKey)),

  seal: (report: Report, keys: ThreadKeys, kind: ThreadKind, part: Part, keyring: Keyring): Promise<Sealed> =>
    seal(packReport(report, keys, kind, part, keyring.maxClass), keyring),

  solve: (puzzle: Puzzle, report: Bytes, progress?: Progress): string => solve(puzzle, report, progress),

  answers: (boards: FetchedBoard[], keyring: Keyring, rootKey: string, replyKey: Uint8Array): AnswerOf[] => {
    const found: AnswerOf[] = [];
    for (const { organisation, bytes, signature } of boards) {
      const of = keyring.organisations.find(({ id }) => id === organisation);
      const board = of && readBoard(bytes, signature, of, siteOf(rootOf(rootKey)));
      const text = of && board && answerIn(board, replyKey, of);
      if (text) found.push({ organisation, text, proofs: text.split(answerSeparator).map((one) => readProof(replyKey, organisation, one)) });
    }
    return found;
  },
};

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
