// Sending a sealed report until a server has it: again after a wait, at another node, and with work when asked.
import { hex } from "@scure/base";
import { textOf, type Bytes } from "./core/bytes";
import { Fault } from "./core/fault";
import { parsePuzzle } from "./core/puzzle";
import type { Sealed } from "./core/sealing";
import { ask, get, pause, type Reply } from "./http";
import { addParts, begin, goesInParts, type Upload } from "./uploads";
import { run } from "./worker";

const tries = 9;
const firstWait = 2000;
const longestWait = 60_000;
const mostPuzzles = 3; // the effort may rise while we solve

/** What happens meanwhile, for the page to show. */
export interface Notices {
  /** Between 0 and 1; 1 only when the server has it. */
  progress(share: number): void;
  working(share: number): void;
  waiting(seconds: number): void;
}

type Attempt = { reply: Reply } | { fault: Fault };

async function solutionFor(node: string, sealed: Sealed, notices: Notices): Promise<string | null> {
  const puzzle = parsePuzzle(textOf(await get(`${node}/puzzle`)) ?? "");
  return puzzle && puzzle.effort > 0 ? run("solve", [puzzle, hex.decode(sealed.id) as Bytes], notices.working) : null;
}

/** What is known of one node while one report is on its way to it. */
interface Known {
  solution: string | null; // kept: a line that is cut does not spoil it
  upload: Upload | null;
  takesParts: boolean;
}

/** Sends it once, whole or the rest of it in parts. */
async function sendOnce(node: string, sealed: Sealed, known: Known, notices: Notices): Promise<Reply> {
  const headers = { "Sandyk-Week": sealed.week, ...(known.solution ? { "Sandyk-Puzzle": known.solution } : {}) };
  if (known.takesParts && goesInParts(sealed)) {
    const upload = known.upload ?? (await begin(node, sealed, headers));
    if ("offset" in upload) {
      known.upload = upload;
      const reply = await addParts(upload, sealed, notices.progress);
      const hasNoRoom = reply.error === "busy"; // for one more upload; as a whole it may still get in
      if (hasNoRoom || reply.status === 404) known.upload = null; // swept, or the server began anew: so do we
      if (!hasNoRoom) return reply;
    } else if (upload.status !== 404 && upload.error !== "busy") {
      return upload;
    }
    known.takesParts = false; // an older server, one that takes no parts, or one without room for them
  }
  // What left this device has not arrived yet: the last of the bar is the server's answer.
  const sent = (bytes: number): void => notices.progress((0.95 * bytes) / sealed.bytes.length);
  return ask({ method: "PUT", url: `${node}/reports/${sealed.id}`, headers: { ...headers, "Content-Type": "application/octet-stream" }, body: sealed.bytes, sent });
}

/** One try at one node, with as much work as it asks for. */
async function attempt(node: string, sealed: Sealed, known: Known, notices: Notices): Promise<Attempt> {
  try {
    let reply = await sendOnce(node, sealed, known, notices);
    for (let n = 0; n < mostPuzzles && reply.error === "puzzle"; ++n) {
      known.solution = await solutionFor(node, sealed, notices);
      reply = await sendOnce(node, sealed, known, notices);
    }
    return { reply };
  } catch (thrown) {
    if (thrown instanceof Fault) return { fault: thrown };
    throw thrown;
  }
}

/** 404 is an upload that the server has forgotten. */
const isPassing = ({ status }: Reply): boolean => status === 404 || status === 408 || status === 429 || status >= 500;

/** Returns once a server has stored it. `nodes` are origins, the page's own first as "". Throws a Fault. */
export async function deliver(sealed: Sealed, nodes: readonly string[], notices: Notices): Promise<void> {
  const known: (Known & { node: string })[] = nodes.map((node) => ({ node, solution: null, upload: null, takesParts: true }));
  let last = new Fault("network");
  for (let round = 0; round < tries; ++round) {
    let retryAfter = 0;
    for (const of of known) {
      const result = await attempt(of.node, sealed, of, notices);
      if ("fault" in result) continue;
      if (result.reply.status === 201) return notices.progress(1);
      last = new Fault("refused", result.reply.say);
      if (!isPassing(result.reply)) throw last;
      retryAfter = result.reply.retryAfter;
    }
    if (round + 1 === tries) break;
    const half = Math.min(firstWait * 2 ** round, longestWait) / 2;
    const wait = Math.min(Math.max(half + Math.random() * half, 1000 * retryAfter), longestWait);
    notices.waiting(Math.ceil(wait / 1000));
    await pause(wait);
  }
  throw last;
}
