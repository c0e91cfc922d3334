// What this page belongs to: the slot that a deployment fills, the week's keyring, and the boards.
import type { Bytes } from "./core/bytes";
import { textOf } from "./core/bytes";
import { today } from "./core/calendar";
import { Fault } from "./core/fault";
import { isInForce, type Keyring } from "./core/keyring";
import { get } from "./http";
import type { FetchedBoard } from "./jobs";
import { run } from "./worker";

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

/** Every organisation's board, for everybody who opens the page: the server cannot tell who has an answer. */
export async function fetchBoards({ organisations }: Keyring): Promise<FetchedBoard[]> {
  const boards = await Promise.all(organisations.map(async ({ id }) => {
    try {
      const path = `/board/${id}/current`;
      const [bytes, signature] = await Promise.all([get(path), get(`${path}.minisig`)]);
      return { organisation: id, bytes, signature: textOf(signature) ?? "" };
    } catch {
      return null; // this organisation has none, or the line was cut
    }
  }));
  return boards.filter((board) => board !== null);
}
