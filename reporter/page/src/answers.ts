// Reading the answers with the code, adding to the thread, and taking it back.
import { dayOf } from "./core/calendar";
import { clean, type Answers } from "./core/document";
import { Fault } from "./core/fault";
import type { Keyring, Organisation } from "./core/keyring";
import { parseCode, type ThreadKeys } from "./core/receipt";
import type { ThreadKind } from "./core/thread";
import { at, complain, element, showScreen } from "./dom";
import type { AnswersOf } from "./jobs";
import type { Draft } from "./sending";
import { rootKey, type BoardOf } from "./site";
import { language, say, sayFault } from "./texts";
import { run } from "./worker";

export interface Fetched {
  keyring: Keyring;
  boards: BoardOf[]; // the same for every visitor of the page
}

/** Sends more of the thread that the code opened. */
export type Follow = (draft: Draft, kind: ThreadKind, keys: ThreadKeys) => void;

let keys: ThreadKeys | null = null; // of the code that was typed

/** Nothing of the code, nor of what it opened, stays in the page. */
export function forgetCode(): void {
  keys = null;
  for (const id of ["ask", "follow", "withdraw"]) at<HTMLFormElement>(id).reset();
  at("messages").replaceChildren();
}

const nameOf = ({ id, name }: Organisation): string => name[language()] || name.en || id;

/** An answer as it stands on a board: its day in a line of its own, then the words. */
function answerShown(answer: string): HTMLElement[] {
  const [, day = "", words = answer] = /^(\d{4}-\d\d-\d\d)\n([^]*)$/.exec(answer) ?? [];
  const body = element("p", words, "message");
  body.dir = "auto";
  return day ? [element("p", day, "small"), body] : [body];
}

const threadShown = ({ organisation, answers }: AnswersOf): HTMLElement[] =>
  [element("h3", say("answer_of", { name: nameOf(organisation) })), ...answers.flatMap(answerShown)];

function remarksShown(boards: readonly BoardOf[]): HTMLElement[] {
  return boards.flatMap(({ organisation, board, remark }) => {
    const places = { name: nameOf(organisation), day: board ? dayOf(board.day) : "" };
    return remark ? [element("p", say(remark, places), remark === "board_none" ? "small" : "warning")] : [];
  });
}

async function read(ready: Promise<Fetched>): Promise<void> {
  const code = parseCode(at<HTMLInputElement>("typed").value);
  if (!code) throw new Fault("code");
  at("reading").textContent = say("preparing");
  const { keyring, boards } = await ready;
  const derived = await run("keys", [code, rootKey()]);
  const verified = boards.flatMap(({ board }) => board ?? []);
  const found = await run("answers", [verified, keyring, derived.replyKey]);
  forgetCode(); // it does not stand beside what it opens
  keys = { ...derived, read: found.flatMap(({ proofs }) => proofs) };
  // A wrong code, one without an answer yet, and one whose answers have ended look the same: nobody can tell them apart.
  const none = verified.length > 0 ? [element("p", say("no_answer"))] : [];
  const said = found.length > 0 ? found.flatMap(threadShown) : none;
  at("messages").replaceChildren(...said, ...remarksShown(boards));
  showScreen("thread");
}

function startFollowing(follow: Follow): void {
  const text = at<HTMLTextAreaElement>("follow-text"), files = at<HTMLInputElement>("follow-files");
  const send = (kind: ThreadKind, answers: Answers, chosen: readonly File[]): void => {
    if (keys) follow({ language: language(), answers, files: chosen, cleans: at<HTMLInputElement>("follow-strip").checked }, kind, keys);
  };
  at("follow").onsubmit = (event) => {
    event.preventDefault();
    const chosen = [...(files.files ?? [])];
    const narrative = clean(text.value);
    if (!narrative && chosen.length === 0) return complain(say("empty"));
    if (chosen.length > 5) return complain(say("too_many"));
    complain("");
    send("followup", narrative ? { narrative } : {}, chosen);
  };
  at("withdraw").onsubmit = (event) => {
    event.preventDefault();
    if (!at<HTMLInputElement>("withdraw-sure").checked) return complain(say("withdraw_tick"));
    complain("");
    send("withdraw", { narrative: say("withdraw_words") }, []);
  };
}

/** `ready` is what the page fetched when it was opened. */
export function startAnswers(ready: Promise<Fetched>, follow: Follow): void {
  const fetched = ready.catch((thrown: unknown) => {
    throw thrown instanceof Fault && thrown.code === "network" ? new Fault("boards") : thrown;
  });
  fetched.catch(() => undefined); // said when somebody wants to read
  at("ask").onsubmit = (event) => {
    event.preventDefault();
    complain("");
    read(fetched).catch((thrown: unknown) => complain(sayFault(thrown))).finally(() => (at("reading").textContent = ""));
  };
  at("close").onclick = () => {
    complain("");
    forgetCode();
    showScreen("write");
  };
  startFollowing(follow);
}
