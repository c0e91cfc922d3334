// The screens and the way through them.
import { clean, sizeInDocument, type Answers } from "./core/document";
import { Fault } from "./core/fault";
import type { Keyring } from "./core/keyring";
import { grouped, randomCode, type ThreadKeys } from "./core/receipt";
import { sealedFileName } from "./core/sealing";
import type { ThreadKind } from "./core/thread";
import { forgetCode, startAnswers } from "./answers";
import { at, complain, element, saveLink, show, showScreen } from "./dom";
import { answersGiven, startQuestions } from "./questions";
import { begin, sealItem, sendAll, type Draft, type Item, type Sending } from "./sending";
import { chosenKeyring, fetchBoards, fetchKeyring, isOffline, nodesOf, rootKey } from "./site";
import { language, loadTexts, say, sayFault, sizeText, type TextKey } from "./texts";
import { run } from "./worker";
import type { Notices } from "./delivery";

const mostCharacters = 6000;
const mostBytes = 2 * mostCharacters; // Cyrillic takes two, and then a text always has the smallest class
const mostFiles = 5;
const shortHash = 16;

/** What a new thread begins with, made while its words are being written. */
interface Thread {
  code: string;
  keys: Promise<ThreadKeys>;
}

let thread: Thread | null = null;
let keyring: Promise<Keyring> | null = null;

function newThread(): Thread {
  const code = randomCode();
  const keys = run("keys", [code, rootKey()]);
  keys.catch(() => undefined); // said when the keys are asked for
  return (thread = { code, keys });
}

/** Asked for again after a line that was cut. */
function keyringNow(): Promise<Keyring> {
  if (!keyring) {
    const asked = isOffline() ? chosenKeyring([...(at<HTMLInputElement>("keyring-files").files ?? [])]) : fetchKeyring();
    keyring = asked;
    asked.catch(() => (keyring = null));
  }
  return keyring;
}

// --- the first screen -------------------------------------------------------------------------

function left(text: string): number {
  return Math.min(mostCharacters - text.length, Math.floor((mostBytes - sizeInDocument(text)) / 2));
}

function startWriting(): void {
  const narrative = at<HTMLTextAreaElement>("narrative"), files = at<HTMLInputElement>("files");
  narrative.oninput = () => {
    at("narrative-left").textContent = String(left(narrative.value));
    thread ??= newThread();
  };
  at("write").onsubmit = (event) => {
    event.preventDefault();
    const chosen = files.files?.length ?? 0;
    if (!clean(narrative.value) && chosen === 0) return complain(say("empty"));
    if (chosen > mostFiles) return complain(say("too_many"));
    if (left(narrative.value) < 0) return complain(say("fault_text-too-long"));
    complain("");
    showScreen("more");
  };
  at("back").onclick = () => showScreen("write");
  at("new").onclick = () => showScreen("write");
  at("send-short").onclick = () => send({});
  at("more").onsubmit = (event) => {
    event.preventDefault();
    send(answersGiven());
  };
}

function draft(answers: Answers): Draft {
  const narrative = clean(at<HTMLTextAreaElement>("narrative").value);
  return { language: language(), answers: { ...(narrative ? { narrative } : {}), ...answers }, files: [...(at<HTMLInputElement>("files").files ?? [])],
    cleans: at<HTMLInputElement>("strip").checked };
}

function send(answers: Answers): void {
  const { code, keys } = thread ?? newThread();
  void way(draft(answers), "report", keys, code);
}

/** Of a thread of its own, which nobody answers. As large as every report without files. */
function startCover(): void {
  at("cover").onsubmit = (event) => {
    event.preventDefault();
    const nothing = { language: language(), answers: { narrative: "Nothing." }, files: [], cleans: true };
    void way(nothing, "cover", run("keys", [randomCode(), rootKey()]), "");
  };
}

// --- on the way -------------------------------------------------------------------------------

function tell(sending: Sending): (item: Item) => Notices {
  const files = sending.items.filter(({ file }) => file);
  const bar = at<HTMLProgressElement>("progress"), status = at("status");
  return (item) => {
    const here = item.file ? say("sending_file", { n: files.indexOf(item) + 1, all: files.length }) : say("sending_text");
    const before = sending.items.indexOf(item);
    return {
      progress(share) {
        status.textContent = share === 0 ? say("sealing") : here;
        bar.value = (100 * (before + share)) / sending.items.length;
      },
      working(share) {
        status.textContent = `${say("working")} ${Math.floor(100 * Math.min(share, 0.99))} %`;
      },
      waiting(seconds) {
        status.textContent = say("waiting", { n: seconds });
      },
    };
  };
}

/** Shows what went wrong and waits for a choice: true to try again, false to go on without the rest. */
function stuck(sending: Sending | null, thrown: unknown): Promise<boolean> {
  const words = sending?.items.find(({ file }) => !file);
  const missing = sending?.items.filter(({ file, isThere }) => file && !isThere).length ?? 0;
  const state = !words ? "" : say(words.isThere ? "text_in" : "text_not_in");
  at("stuck-why").textContent = [sayFault(thrown, (sending?.keyring.maxClass ?? 0) / 2 ** 20), state, missing ? say("files_not_in", { n: missing }) : ""].join(" ");
  at("status").textContent = "";
  show("stuck");
  show("go-on", sending !== null);
  at("again").focus();
  return new Promise((done) => {
    const choose = (again: boolean) => () => {
      show("stuck", false);
      done(again);
    };
    at("again").onclick = choose(true);
    at("go-on").onclick = choose(false);
  });
}

async function way(what: Draft, kind: ThreadKind, keys: Promise<ThreadKeys>, code: string): Promise<void> {
  complain("");
  at<HTMLProgressElement>("progress").value = 0;
  showScreen("sending");
  at("status").textContent = say("preparing");
  let sending: Sending | null = null;
  for (;;) {
    try {
      sending ??= begin(what, kind, await keys, await keyringNow());
      if (isOffline()) for (const item of sending.items) await sealItem(sending, item);
      else await sendAll(sending, nodesOf(sending.keyring), tell(sending));
      break;
    } catch (thrown) {
      if (isOurMistake(thrown)) return mend(thrown, sending);
      if (!(await stuck(sending, thrown)) && sending) break;
    }
  }
  if (code) showReceipt(code, sending);
  else showDone(sending);
}

/** What only another text can mend. */
const isOurMistake = (thrown: unknown): boolean => thrown instanceof Fault && thrown.code === "text-too-long";

function mend(thrown: unknown, sending: Sending | null): void {
  showScreen(sending?.kind === "followup" ? "thread" : "write");
  complain(sayFault(thrown, (sending?.keyring.maxClass ?? 0) / 2 ** 20));
}

// --- after it ---------------------------------------------------------------------------------

function showReceipt(code: string, sending: Sending): void {
  at("code").replaceChildren(...grouped(code).map((group) => element("span", group)));
  showScreen("receipt");
  at("written").onclick = () => {
    at("code").replaceChildren();
    showDone(sending);
  };
}

async function showDone(sending: Sending): Promise<void> {
  const there = sending.items.filter(({ isThere }) => isThere);
  const carried = sending.items.filter(({ isThere }) => !isThere);
  const files = sending.items.filter(({ file }) => file);
  const held = ({ file, sealed }: Item): HTMLElement => {
    const kind = file ? say("kind_file", { n: files.findIndex((each) => each.file === file) + 1 }) : say("kind_text");
    return element("li", say("held", { kind, size: sizeText(sealed?.bytes.length ?? 0), hash: sealed?.id.slice(0, shortHash) ?? "" }));
  };
  const links: HTMLElement[] = [];
  for (const item of carried) {
    const sealed = await sealItem(sending, item).catch(() => null); // a file that cannot be read cannot be carried
    if (!sealed) continue;
    const name = sealedFileName(sealed.week);
    links.push(saveLink(sealed.bytes, name, `${say("save")} (${sizeText(sealed.bytes.length)})`));
  }
  at("held").replaceChildren(...there.map(held));
  show("done-title", there.length > 0);
  show("carry-title", there.length === 0);
  show("carry", links.length > 0);
  at("saves").replaceChildren(...links);
  at("until").textContent = say("sealed_until", { day: sending.keyring.acceptUntil });
  show("not-cleaned", sending.notCleaned > 0);
  at("not-cleaned").textContent = say("not_cleaned", { n: sending.notCleaned });
  const note = notes[sending.kind];
  show("done-note", note !== undefined && there.length > 0);
  at("done-note").textContent = note ? say(note) : "";
  if (sending.kind !== "cover") forget(); // what somebody has begun to write is not of it
  showScreen("done");
}

/** What becomes of what was sent, where it is not a report. */
const notes: Partial<Record<ThreadKind, TextKey>> = { followup: "done_followup", withdraw: "done_withdraw", cover: "done_cover" };

/** No word of the report stays in the page. */
function forget(): void {
  thread = null;
  for (const form of document.forms) form.reset();
  at("narrative-left").textContent = String(mostCharacters);
  forgetCode();
  at("code").replaceChildren();
}

// --- the page ---------------------------------------------------------------------------------

function isInsideAnApp(): boolean {
  return /Telegram|Instagram|FBAN|FBAV|FB_IAB|WhatsApp|VKAndroidApp|OKApp|TikTok|; wv\)/.test(navigator.userAgent) ||
    "TelegramWebviewProxy" in window || "TelegramWebview" in window;
}

async function showPhrase(): Promise<void> {
  const site = await run("site", [rootKey()]);
  at("phrase").textContent = (site.match(/.{4}/g) ?? []).join(" ");
  show("fingerprint");
}

function startLeaving(): void {
  const link = at<HTMLAnchorElement>("leave");
  link.onclick = (event) => {
    event.preventDefault();
    forget();
    location.replace(link.href); // so that "back" does not lead here
  };
  addEventListener("pagehide", forget);
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // a page that the browser kept has nothing in it
  });
}

function startOffline(): void {
  show("offline");
  show("languages", false); // they lead to the server
  at("beside").dataset.never = "1";
  const files = at<HTMLInputElement>("keyring-files");
  files.onchange = () => {
    keyring = null;
    complain("");
    if ((files.files?.length ?? 0) >= 2) keyringNow().catch((thrown: unknown) => complain(sayFault(thrown)));
  };
}

export function startPage(): void {
  loadTexts(at("texts").textContent ?? "{}");
  forget();
  show("plain", false);
  show("in-app", isInsideAnApp());
  startLeaving();
  startQuestions();
  startWriting();
  startCover();
  showPhrase().catch((thrown: unknown) => complain(sayFault(thrown)));
  if (isOffline()) startOffline();
  showScreen("write");
  if (isOffline()) return;
  const boards = keyringNow().then(async (of) => ({ keyring: of, boards: await fetchBoards(of) }));
  boards.catch((thrown: unknown) => thrown instanceof Fault && thrown.code.startsWith("keyring") && complain(sayFault(thrown)));
  startAnswers(boards, (what, kind, keys) => void way(what, kind, Promise.resolve(keys), ""));
}
