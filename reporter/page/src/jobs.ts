// The page's heavy work, by name: what a worker does, and the page itself where there is none.
import { answerIn, answerSeparator, readBoard, readProof, type Board } from "./core/board";
import type { Bytes } from "./core/bytes";
import { Fault } from "./core/fault";
import { readKeyring, type Keyring, type Organisation } from "./core/keyring";
import { parseVerifyKey, siteOf, type VerifyKey } from "./core/minisign";
import { solve, type Puzzle } from "./core/puzzle";
import { deriveThreadKeys, type ThreadKeys } from "./core/receipt";
import { packReport, seal, type Report, type Sealed } from "./core/sealing";
import type { Part, ThreadKind } from "./core/thread";

export interface AnswersOf {
  organisation: Organisation;
  answers: string[]; // oldest first, each with its day in a line of its own
  proofs: Uint8Array[]; // that they were read
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

  board: (bytes: Bytes, signature: string, organisation: Organisation, rootKey: string): Board | null =>
    readBoard(bytes, signature, organisation, siteOf(rootOf(rootKey))),

  answers: (boards: Board[], keyring: Keyring, replyKey: Uint8Array): AnswersOf[] => {
    const found: AnswersOf[] = [];
    for (const organisation of keyring.organisations) {
      const board = boards.find((each) => each.organisation === organisation.id);
      const answers = (board && answerIn(board, replyKey, organisation))?.split(answerSeparator).filter((one) => one !== "");
      if (answers?.length) found.push({ organisation, answers, proofs: answers.map((one) => readProof(replyKey, organisation.id, one)) });
    }
    return found;
  },
};

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
