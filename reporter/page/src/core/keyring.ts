// One week's keyring: whom reports are sealed to (docs/formats.md, "keyring"). Only what the root signed is read.
import { Fault } from "./fault";
import { addDays, isDay, mondayOf } from "./calendar";
import { parseVerifyKey, siteOf, verify, type VerifyKey } from "./minisign";
import { sizeClasses } from "./size_class";
import { textOf } from "./bytes";

const maxSize = 256 * 1024;
const maxText = 300;
const graceDays = 14;

export interface Name {
  en: string;
  ru: string;
  ky: string;
}
export interface Organisation {
  id: string;
  name: Name;
  recipient: string; // age1pq1…
  answerKey: string;
  boardSlots: number;
}
export interface Node {
  https: string;
  onion: string;
}
export interface Keyring {
  week: string;
  notBefore: string;
  notAfter: string;
  acceptUntil: string;
  maxClass: number;
  organisations: Organisation[]; // their order is the order of the stanzas
  nodes: Node[];
}

type Json = { [name: string]: unknown };

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown, most: number): unknown[] | null =>
  Array.isArray(value) && value.length <= most ? value : null;
const shortText = (value: unknown): string | null =>
  value === undefined ? "" : typeof value === "string" && value.length <= maxText ? value : null;
const isCount = (value: unknown, least: number, most: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

function parseOrganisation(entry: unknown): Organisation | null {
  if (!isObject(entry) || !isObject(entry.name)) return null;
  const { id, recipient, desk_key, answer_key, board_slots } = entry;
  const [en, ru, ky] = [entry.name.en, entry.name.ru, entry.name.ky].map(shortText);
  if (typeof id !== "string" || !/^[a-z0-9-]{1,32}$/.test(id)) return null;
  if (typeof recipient !== "string" || !/^age1pq1[a-z0-9]{1952}$/.test(recipient)) return null;
  const answerKey = parseVerifyKey(answer_key);
  if (!parseVerifyKey(desk_key) || !answerKey || !isCount(board_slots, 1, 4096)) return null;
  if (en == null || ru == null || ky == null) return null;
  return { id, name: { en, ru, ky }, recipient, answerKey: answerKey.text, boardSlots: board_slots };
}

function parseNode(entry: unknown): Node | null {
  if (!isObject(entry)) return null;
  const [https, onion] = [entry.https, entry.onion].map(shortText);
  return https == null || onion == null || (https === "" && onion === "") ? null : { https, onion };
}

/** Every entry, or nothing when one is none. */
function parseEach<T>(list: unknown[] | null, parse: (entry: unknown) => T | null): T[] | null {
  const read = list?.map(parse);
  return read?.every((entry) => entry !== null) ? (read as T[]) : null;
}

function parseContent(json: Json, site: string, mark: string): Keyring | null {
  if (json.format !== "sandyk-keyring/1" || json.site !== site) return null;
  if (!isCount(json.serial, 0, Number.MAX_SAFE_INTEGER) || String(json.serial) !== mark) return null;
  const { week, not_before, not_after, accept_until, destroy_by, max_class } = json;
  const organisations = parseEach(listOf(json.organisations, 20), parseOrganisation);
  const nodes = parseEach(listOf(json.nodes ?? [], 64), parseNode);
  if (!organisations?.length || !nodes || !sizeClasses.includes(max_class as number)) return null;
  if (new Set(organisations.map(({ id }) => id)).size !== organisations.length) return null;
  if (![not_before, not_after, accept_until, destroy_by].every(isDay)) return null;
  return {
    week: week as string,
    notBefore: not_before as string,
    notAfter: not_after as string,
    acceptUntil: accept_until as string,
    maxClass: max_class as number,
    organisations,
    nodes,
  };
}

function hasSoundDates(k: Keyring, destroyBy: string): boolean {
  const monday = mondayOf(k.week);
  return monday !== null && k.notBefore === monday && k.notAfter === addDays(monday, 6) &&
    k.acceptUntil >= addDays(k.notAfter, graceDays) && destroyBy >= addDays(k.acceptUntil, graceDays);
}

/** Verifies the root's signature over the exact bytes, then reads them. Throws a Fault. */
export function readKeyring(bytes: Uint8Array, signature: string, root: VerifyKey): Keyring {
  if (bytes.length > maxSize) throw new Fault("keyring-malformed");
  const site = siteOf(root);
  const mark = verify(root, bytes, signature, "keyring", site);
  if (mark === null) throw new Fault("keyring-signature");
  let json: unknown;
  try {
    json = JSON.parse(textOf(bytes) ?? "");
  } catch {
    throw new Fault("keyring-malformed");
  }
  const keyring = isObject(json) ? parseContent(json, site, mark) : null;
  if (!keyring) throw new Fault("keyring-malformed");
  if (!hasSoundDates(keyring, (json as Json).destroy_by as string)) throw new Fault("keyring-dates");
  return keyring;
}

/** Whether reports may be sealed to it on that day. */
export const isInForce = (keyring: Keyring, day: string): boolean =>
  keyring.notBefore <= day && day <= keyring.notAfter;
