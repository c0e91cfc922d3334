// The page's core, by itself: vectors shared with the C++ side, and what it refuses.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "@scure/base";
import { Decrypter } from "age-encryption";
import { answerIn, readBoard, readProof } from "../../reporter/page/src/core/board";
import { bytes32, concat, fromBase64Url, number32, textOf, utf8 } from "../../reporter/page/src/core/bytes";
import { dayNumber, dayOf, isDay, mondayOf } from "../../reporter/page/src/core/calendar";
import { clean, sizeInDocument, writeDocument } from "../../reporter/page/src/core/document";
import { Fault, type FaultCode } from "../../reporter/page/src/core/fault";
import { isInForce, readKeyring } from "../../reporter/page/src/core/keyring";
import { evidenceKindOf, mediaTypeOf } from "../../reporter/page/src/core/media_type";
import { parseVerifyKey } from "../../reporter/page/src/core/minisign";
import { pack } from "../../reporter/page/src/core/packing";
import { parsePuzzle, solve } from "../../reporter/page/src/core/puzzle";
import { deriveThreadKeys, grouped, parseCode, randomCode } from "../../reporter/page/src/core/receipt";
import { packReport, seal, sealedFileName } from "../../reporter/page/src/core/sealing";
import { writeThread } from "../../reporter/page/src/core/thread";
import { sealedLength } from "../../reporter/page/src/core/size_class";
import { board, keyringJson, organisation, Signer, week } from "./signed";

const vectors = (name: string) => JSON.parse(readFileSync(`${process.env.SANDYK_TESTS}/vectors/${name}.json`, "utf8"));
const vocabulary = () => JSON.parse(readFileSync(`${process.env.SANDYK_TESTS}/../data/vocabulary.json`, "utf8"));
const isFault = (code: FaultCode) => (thrown: unknown) => thrown instanceof Fault && thrown.code === code;
const someKeys = { thread: new Uint8Array(16), replyKey: new Uint8Array(32), seed: new Uint8Array(32).fill(1), verifyKey: new Uint8Array(32) };

test("receipt codes lead to the keys of the vectors", () => {
  for (const v of vectors("receipt").vectors) {
    const keys = deriveThreadKeys(v.code, { id: new Uint8Array(8), key: hex.decode(v.root), text: "" });
    assert.deepEqual([keys.thread, keys.replyKey, keys.seed, keys.verifyKey].map(hex.encode), [v.thread, v.reply_key, v.sign_seed, v.verify_key]);
  }
});

test("a code is typed with spaces or dashes, and a wrong digit or a swap shows", () => {
  const code = randomCode();
  assert.equal(parseCode(grouped(code).join(" – ")), code);
  assert.equal(parseCode(` ${grouped(code).join("-")}\n`), code);
  for (let at = 0; at < 25; ++at) {
    const other = String((Number(code[at]) + 1) % 10);
    assert.equal(parseCode(code.slice(0, at) + other + code.slice(at + 1)), null);
    if (at > 0 && code[at] !== code[at - 1])
      assert.equal(parseCode(code.slice(0, at - 1) + code[at] + code[at - 1] + code.slice(at + 1)), null);
  }
  for (const text of ["", code.slice(1), `${code}0`, code.replace(/./, "x")]) assert.equal(parseCode(text), null);
  assert.equal(new Set(Array.from({ length: 100 }, randomCode)).size, 100);
});

test("solutions of the puzzle are those that a server takes", () => {
  for (const v of vectors("puzzle").vectors.filter((each: { effort: number }) => each.effort === 64)) {
    const puzzle = { slot: 9, seed: hex.decode(v.seed), effort: v.effort };
    assert.equal(solve(puzzle, hex.decode(v.report)), `9:64:${v.nonce}`);
  }
});

test("a puzzle's halves hold, computed by hand", () => {
  const seed = crypto.getRandomValues(new Uint8Array(32)), report = crypto.getRandomValues(new Uint8Array(32));
  const [, effort, text] = solve({ slot: 1, seed, effort: 100 }, report).split(":");
  const nonce = hex.decode(text ?? ""), domain = utf8("sandyk/puzzle/1\n");
  assert.equal(effort, "100");
  assert.ok(number32(sha256(concat(domain, seed, report, bytes32(100), nonce))) * 100 * 4096 < 2 ** 32);
  assert.ok(number32(argon2id(concat(seed, report, nonce.slice(0, 4)), domain, { t: 1, m: 1024, p: 1, dkLen: 32 })) * 100 < 2 ** 32);
});

test("a puzzle is read as the server writes it, and no other", () => {
  const good = { format: "sandyk-puzzle/1", slot: 982345, seed: "A".repeat(43), effort: 128, floor: 64 };
  assert.equal(parsePuzzle(JSON.stringify(good))?.effort, 128);
  for (const change of [{ format: "sandyk-puzzle/2" }, { slot: -1 }, { seed: "A" }, { effort: 63 }, { effort: 16385 }, { floor: 1.5 }])
    assert.equal(parsePuzzle(JSON.stringify({ ...good, ...change })), null);
  for (const text of ["", "null", "[]", "{", " ".repeat(5000)]) assert.equal(parsePuzzle(text), null);
});

test("weeks and days are those of ISO 8601", () => {
  assert.equal(mondayOf("2026-W48"), "2026-11-23");
  assert.equal(mondayOf("2026-W53"), "2026-12-28");
  assert.equal(dayOf(dayNumber("2028-02-29")), "2028-02-29");
  assert.equal(mondayOf("2026-W01"), "2025-12-29");
  for (const text of ["2025-W53", "2026-W00", "2026-W54", "2026-48", "", 7]) assert.equal(mondayOf(text), null);
  assert.ok(isDay("2024-02-29"));
  for (const text of ["2026-02-29", "2026-2-1", "2026-13-01", null]) assert.ok(!isDay(text));
});

test("a keyring is read when the root signed it for this site, and never otherwise", async () => {
  const root = new Signer(), other = new Signer();
  const { entry } = await organisation("aikyn");
  const json = keyringJson(root.site, [entry]);
  const comment = `sandyk/1 keyring ${root.site} 7`;
  const keyring = readKeyring(json, root.sign(json, comment), root.key);
  assert.equal(keyring.week, week);
  assert.ok(isInForce(keyring, keyring.notAfter) && !isInForce(keyring, keyring.acceptUntil));

  const changed = json.slice();
  changed[40]! ^= 1;
  const refused: [string, FaultCode, Uint8Array, string][] = [
    ["changed", "keyring-signature", changed, root.sign(json, comment)],
    ["another key", "keyring-signature", json, other.sign(json, comment)],
    ["another kind", "keyring-signature", json, root.sign(json, comment.replace("keyring", "policy"))],
    ["another site", "keyring-signature", json, root.sign(json, `sandyk/1 keyring ${other.site} 7`)],
    ["not prehashed", "keyring-signature", json, root.sign(json, comment, "Ed")],
    ["changed comment", "keyring-signature", json, root.sign(json, comment).replace(" 7\n", " 8\n")],
    ["no signature", "keyring-signature", json, ""],
    ["another serial", "keyring-malformed", json, root.sign(json, `sandyk/1 keyring ${root.site} 8`)],
  ];
  for (const [why, code, bytes, signature] of refused)
    assert.throws(() => readKeyring(bytes, signature, root.key), isFault(code), why);
});

test("a keyring that says something else than a keyring does is refused, though it is signed", async () => {
  const root = new Signer();
  const { entry } = await organisation("aikyn");
  const classic = { ...entry, recipient: "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p" };
  const cases: [FaultCode, unknown[], Record<string, unknown>][] = [
    ["keyring-malformed", [classic], {}],
    ["keyring-malformed", [], {}],
    ["keyring-malformed", [entry, entry], {}],
    ["keyring-malformed", Array.from({ length: 21 }, (_, n) => ({ ...entry, id: `o${n}` })), {}],
    ["keyring-malformed", [{ ...entry, id: "Upper" }], {}],
    ["keyring-malformed", [{ ...entry, board_slots: 0 }], {}],
    ["keyring-malformed", [entry], { format: "sandyk-keyring/2" }],
    ["keyring-malformed", [entry], { max_class: 12345 }],
    ["keyring-malformed", [entry], { not_after: "2031-13-01" }],
    ["keyring-malformed", [entry], { nodes: [{}] }],
    ["keyring-dates", [entry], { week: "2031-W47" }],
    ["keyring-dates", [entry], { accept_until: "2031-12-01" }],
    ["keyring-dates", [entry], { destroy_by: "2031-12-15" }],
  ];
  for (const [code, organisations, change] of cases) {
    const json = keyringJson(root.site, organisations, change);
    const signature = root.sign(json, `sandyk/1 keyring ${root.site} 7`);
    assert.throws(() => readKeyring(json, signature, root.key), isFault(code), JSON.stringify(change));
  }
});

test("no key that is none", () => {
  const text = new Signer().key.text;
  assert.ok(parseVerifyKey(text));
  for (const wrong of ["", text.slice(1), `${text}\n`, text.replace("RW", "RX"), `A${text.slice(1)}`, undefined, 7])
    assert.equal(parseVerifyKey(wrong), null);
});

test("what is sealed opens with every organisation's identity, and has the length of its class", async () => {
  const root = new Signer();
  const organisations = await Promise.all(["aikyn", "bermet", "chynar"].map(organisation));
  const json = keyringJson(root.site, organisations.map(({ entry }) => entry));
  const keyring = readKeyring(json, root.sign(json, `sandyk/1 keyring ${root.site} 7`), root.key);
  const packed = packReport({ language: "ky", answers: { narrative: "Ң Ү Ө" }, files: [] }, someKeys, "report", { part: 1, parts: 1 }, keyring.maxClass);
  assert.equal(packed.length, 16384);
  const sealed = await seal(packed, keyring);
  assert.equal(sealed.bytes.length, sealedLength(16384, 3));
  for (const { identity } of organisations) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    assert.deepEqual(await decrypter.decrypt(sealed.bytes), packed);
  }
});

test("follow-ups and withdrawals are signed and prove what was read; reports and cover are not and do not", () => {
  const root = { id: new Uint8Array(8), key: new Uint8Array(32), text: "" };
  const keys = { ...deriveThreadKeys(randomCode(), root), read: [new Uint8Array(16).fill(9)] };
  const document = utf8("{}"), file = utf8("file");
  for (const kind of ["report", "followup", "withdraw", "cover"] as const) {
    const thread = JSON.parse(textOf(writeThread(keys, kind, { part: 1, parts: 2 }, document, [file])) ?? "");
    assert.deepEqual([thread.kind, thread.part, thread.parts], [kind, 1, 2]);
    const continues = kind === "followup" || kind === "withdraw";
    assert.deepEqual(thread.read?.map(fromBase64Url), continues ? keys.read : undefined);
    if (!continues) { assert.equal(thread.signature, undefined); continue; }
    const message = concat(utf8("sandyk/thread/1"), utf8(kind), keys.thread, sha256(document), sha256(file));
    assert.ok(ed25519.verify(fromBase64Url(thread.signature)!, message, keys.verifyKey));
  }
});

test("nothing is sealed when a single recipient is not hybrid", async () => {
  const { entry } = await organisation("aikyn");
  const recipients = [entry.recipient as string, "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"];
  const keyring = { week, organisations: recipients.map((recipient) => ({ recipient })) } as never;
  await assert.rejects(seal(new Uint8Array(16384), keyring), isFault("recipient"));
  const broken = { week, organisations: [{ recipient: `${recipients[0]!.slice(0, -1)}q` }] } as never;
  await assert.rejects(seal(new Uint8Array(16384), broken), isFault("recipient"));
});

test("a text report of full length with many answers has the smallest class, and none has another", () => {
  const { report, code_lists } = vocabulary();
  const answersWith = (share: number) => {
    const answers: Record<string, string | string[]> = { narrative: "Ж".repeat(6000) };
    for (const field of report.fields.filter((each: { ask: string }) => each.ask === "second")) {
      const codes = (code_lists[field.list] ?? []).map(({ code }: { code: string }) => code);
      answers[field.code] = field.type === "code[]" ? codes.slice(0, codes.length * share) : field.type === "code" ? codes[0] : "Ө".repeat(field.max_chars * share);
    }
    return answers;
  };
  const keys = { ...someKeys, thread: new Uint8Array(16).fill(255) };
  const packed = (share: number) => packReport({ language: "ru", answers: answersWith(share), files: [] }, keys, "followup", { part: 64, parts: 64 }, 2 ** 25);
  assert.equal(packed(0.5).length, 16384);
  assert.throws(() => packed(1), isFault("text-too-long"));
});

test("a document has what was answered, and is Unicode whatever was typed", () => {
  const text = textOf(writeDocument("ru", { narrative: " a\r\nb\u0000\uD800 ", when_text: "  ", what: [], danger: "now" }, []));
  assert.deepEqual(JSON.parse(text ?? ""), { v: "1.0.0", lang: "ru", narrative: "a\nb\uFFFD", danger: "now" });
  assert.ok(!text?.includes("\\u"));
  assert.equal(clean("😀 ё"), "😀 ё");
  assert.equal(sizeInDocument("Ж\"\n"), 6);
});

test("a report larger than the site takes is refused", () => {
  const file = { name: "files/a1", content: new Uint8Array(70000) };
  assert.equal(pack([file], 2 ** 18).length, 2 ** 18);
  assert.throws(() => pack([file], 2 ** 16), isFault("too-large"));
  assert.throws(() => pack([{ name: "files/a1", content: new Uint8Array(2 ** 25) }], 2 ** 25), isFault("too-large"));
});

test("kinds of files are told from their bytes", () => {
  const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
  assert.equal(mediaTypeOf(bytes("\xFF\xD8\xFF\xE0")), "image/jpeg");
  assert.equal(mediaTypeOf(bytes("....ftypisom")), "video/mp4");
  assert.equal(mediaTypeOf(new Uint8Array()), "application/octet-stream");
  assert.deepEqual(["image/png", "video/mp4", "audio/ogg", "application/pdf"].map(evidenceKindOf), ["photo", "video", "audio", "document"]);
  assert.match(sealedFileName(week), /^report-2031-W48-[0-9a-f]{8}\.age$/);
});

test("the board of the vectors, which C++ reads too, tells each code its answer", () => {
  const v = vectors("board");
  const org = { id: v.organisation, name: { en: "", ru: "", ky: "" }, recipient: "", answerKey: v.answer_key, boardSlots: v.slots };
  const read = readBoard(fromBase64Url(v.board)!, v.signature, org, v.site);
  assert.ok(read);
  assert.deepEqual([read.number, read.day, read.slots.length], [v.number, dayNumber(v.date), v.slots]);
  for (const { reply_key, text, tags, proof } of v.answers) {
    assert.equal(answerIn(read, hex.decode(reply_key), org), text);
    assert.equal(hex.encode(readProof(hex.decode(reply_key), v.organisation, text)), proof);
    for (const tag of tags) assert.ok(read.slots.some((slot) => hex.encode(slot.subarray(0, 16)) === tag));
  }
  assert.equal(answerIn(read, new Uint8Array(32), org), null);
});

test("a board is read when its organisation signed it for the site, and answers only its own code", async () => {
  const site = new Signer().site;
  const { entry, answers } = await organisation("aikyn");
  const org = { id: "aikyn", name: entry.name, recipient: entry.recipient, answerKey: entry.answer_key, boardSlots: 32 } as never;
  const mine = crypto.getRandomValues(new Uint8Array(32)), others = crypto.getRandomValues(new Uint8Array(32));
  const { bytes, signature } = board("aikyn", answers, site, "2031-11-25", [
    { replyKey: mine, parts: ["Биз окудук. ", "Кантип жардам берели?"] }, { replyKey: others, parts: ["no"] }]);
  const read = readBoard(bytes, signature, org, site);
  assert.ok(read);
  assert.equal(answerIn(read, mine, org), "Биз окудук. Кантип жардам берели?");
  assert.equal(answerIn(read, new Uint8Array(32), org), null);
  assert.equal(readBoard(bytes, signature, org, new Signer().site), null);
  assert.equal(readBoard(bytes.subarray(1), signature, org, site), null);
  assert.equal(readBoard(bytes, answers.sign(bytes, `sandyk/1 board ${site} 2031-11-26`), org, site), null);
  const changed = bytes.slice();
  changed[9999]! ^= 1;
  assert.equal(readBoard(changed, signature, org, site), null);
  const another = await organisation("bermet");
  assert.equal(readBoard(bytes, another.answers.sign(bytes, `sandyk/1 board ${site} 2031-11-25`), org, site), null);
});

test("a slot that another key signed is passed over, on a board that is rightly signed", async () => {
  const site = new Signer().site, mine = crypto.getRandomValues(new Uint8Array(32));
  const { entry, answers } = await organisation("aikyn");
  const org = { id: "aikyn", name: entry.name, recipient: entry.recipient, answerKey: entry.answer_key, boardSlots: 32 } as never;
  for (const [signer, shown] of [[answers, "text"], [new Signer(), null]] as const) {
    const { bytes, signature } = board("aikyn", answers, site, "2031-11-25", [{ replyKey: mine, parts: ["text"] }], 32, signer);
    assert.equal(answerIn(readBoard(bytes, signature, org, site)!, mine, org), shown);
  }
});
