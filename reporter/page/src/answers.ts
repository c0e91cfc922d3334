// Reading an answer with the code, and adding to the thread.
import { answerSeparator } from "./core/board";
import { clean } from "./core/document";
import { Fault } from "./core/fault";
import type { Keyring } from "./core/keyring";
import { parseCode, type ThreadKeys } from "./core/receipt";
import { at, complain, element, show } from "./dom";
import type { FetchedBoard } from "./jobs";
import type { Draft } from "./sending";
import { rootKey } from "./site";
import { language, say, sayFault } from "./texts";
import { run } from "./worker";


function message(keyring: Keyring, organisation: string, text: string): HTMLElement[] {
  const name = keyring.organisations.find(({ id }) => id === organisation)?.name;
  const bodies = text.split(answerSeparator).map((one) => element("p", one, "message"));
  for (const body of bodies) body.dir = "auto";
  return [element("h3", say("answer_of", { name: name?.[language()] || name?.en || organisation })), ...bodies];
}

/** `boards` are those that every visitor of the page fetched. `follow` sends what is added. */
export function startAnswers(ready: Promise<{ keyring: Keyring; boards: FetchedBoard[] }>, follow: (draft: Draft, keys: ThreadKeys) => void): void {
  let keys: ThreadKeys | null = null;
  const typed = at<HTMLInputElement>("typed"), text = at<HTMLTextAreaElement>("follow-text"), files = at<HTMLInputElement>("follow-files");

  async function read(): Promise<void> {
    const code = parseCode(typed.value);
    if (!code) throw new Fault("code");
    const { keyring, boards } = await ready;
    keys = await run("keys", [code, rootKey()]);
    const found = await run("answers", [boards, keyring, rootKey(), keys.replyKey]);
    keys.read = found.flatMap(({ proofs }) => proofs);
    const none = boards.length === 0 ? say("no_boards") : say("no_answer");
    const said = found.flatMap(({ organisation, text: words }) => message(keyring, organisation, words));
    at("messages").replaceChildren(...(said.length > 0 ? said : [element("p", none)]));
    at("messages").focus();
    show("follow");
  }

  at("ask").onsubmit = (event) => {
    event.preventDefault();
    complain("");
    read().catch((thrown: unknown) => complain(sayFault(thrown)));
  };
  at("follow").onsubmit = (event) => {
    event.preventDefault();
    const chosen = [...(files.files ?? [])];
    const narrative = clean(text.value);
    if (!narrative && chosen.length === 0) return complain(say("empty"));
    if (chosen.length > 5) return complain(say("too_many"));
    complain("");
    if (keys) follow({ language: language(), answers: narrative ? { narrative } : {}, files: chosen, cleans: at<HTMLInputElement>("strip").checked }, keys);
  };
}
