// What this page belongs to: the slot that a deployment fills, the week's keyring, and the boards.
import type { Board } from "./core/board";
import { textOf, type Bytes } from "./core/bytes";
import { dayNumber, today } from "./core/calendar";
import { Fault } from "./core/fault";
import { isInForce, type Keyring, type Organisation } from "./core/keyring";
import { ask, get, pause } from "./http";
import { run } from "./worker";

const boardTries = 3;
const boardWait = 2000;

/** From a saved file there is no server to ask. */
export const isOffline = (): boolean => location.protocol === "file:";

/** The root key in the slot; empty where nobody filled it. */
export function rootKey(): string {
  try {
    const slot = JSON.parse(document.getElementById("site")?.textContent ?? "") as { root_key?: unknown };
    return typeof slot.root_key === "string" ? slot.root_key : "";
  } catch {
    return "";
  }
}

async function checked(json: Bytes, signature: Bytes): Promise<Keyring> {
  const keyring = await run("keyring", [json, textOf(signature) ?? "", rootKey()]);
  if (!isInForce(keyring, today())) throw new Fault("keyring-week");
  return keyring;
}

export async function fetchKeyring(): Promise<Keyring> {
  const json = await get("/keyring/current.json");
  return checked(json, await get("/keyring/current.json.minisig"));
}

/** From the two files that somebody chose, in any order. */
export async function chosenKeyring(files: readonly File[]): Promise<Keyring> {
  const of = async (is: (name: string) => boolean): Promise<Bytes> => {
    const file = files.find(({ name }) => is(name));
    if (!file || file.size > 256 * 1024) throw new Fault("keyring-malformed");
    return new Uint8Array(await file.arrayBuffer());
  };
  return checked(await of((name) => !name.endsWith(".minisig")), await of((name) => name.endsWith(".minisig")));
}

/** Where to send: here first, then the site's other nodes. An onion page asks onion nodes, and others the others. */
export function nodesOf({ nodes }: Keyring): string[] {
  const isOnion = location.hostname.endsWith(".onion");
  const others = nodes.map(({ https, onion }) => (isOnion ? onion : https).replace(/\/$/, ""));
  return ["", ...others.filter((url) => /^https?:\/\/[\w.:[\]-]+$/.test(url) && url !== location.origin)];
}

/** What an organisation has on this server; `remark` is the text that says what is wrong with it. */
export interface BoardOf {
  organisation: Organisation;
  board: Board | null;
  remark: "board_none" | "board_lost" | "board_unsigned" | "board_old" | null;
}

async function fetchBoard(organisation: Organisation): Promise<BoardOf> {
  const path = `/board/${organisation.id}/current`;
  let remark: BoardOf["remark"] = "board_lost";
  for (let n = 0; n < boardTries; ++n) {
    if (n > 0 && remark === "board_lost") await pause(boardWait);
    try {
      const [board, signature] = await Promise.all([ask({ method: "GET", url: path }), ask({ method: "GET", url: `${path}.minisig` })]);
      if (board.status === 404) return { organisation, board: null, remark: "board_none" };
      if (board.status !== 200 || signature.status !== 200) throw new Fault("refused");
      // At 00:00 UTC the next board may come between the two files: then they do not fit, and the next time do.
      const read = await run("board", [board.bytes, textOf(signature.bytes) ?? "", organisation, rootKey()]);
      if (read) return { organisation, board: read, remark: read.day < dayNumber(today()) ? "board_old" : null };
      remark = "board_unsigned";
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      remark = "board_lost";
    }
  }
  return { organisation, board: null, remark };
}

/** Every organisation's board, whole, for everybody who opens the page, before any code is typed: the server cannot tell
 * who has an answer. */
export const fetchBoards = ({ organisations }: Keyring): Promise<BoardOf[]> => Promise.all(organisations.map(fetchBoard));
