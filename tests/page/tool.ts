// What scenarios ask of the page's core, as a program:
//
//   keyring ROOT_KEY JSON                           prints the week; JSON.minisig is beside it
//   seal ROOT_KEY JSON CODE KIND TEXT OUT FILE...   seals a report of the code's thread into OUT
//   answer-key SEED                                 prints the public key of 32 bytes
//   board SEED ORG ROOT_KEY DAY CODE OUT TEXT...    a board that answers the code; OUT.minisig is beside it
//   board-vectors OUT                               writes tests/vectors/board.json
//   solve PUZZLE ID                                 prints what Sandyk-Puzzle says
//   repack TAR OUT NAME FILE...                     packs the named members anew, padded as TAR is
import { readFileSync, writeFileSync } from "node:fs";
import { hex } from "@scure/base";
import { readProof } from "../../reporter/page/src/core/board";
import { textOf, toBase64Url, utf8 } from "../../reporter/page/src/core/bytes";
import { readKeyring } from "../../reporter/page/src/core/keyring";
import { parseVerifyKey, siteOf, type VerifyKey } from "../../reporter/page/src/core/minisign";
import { pack } from "../../reporter/page/src/core/packing";
import { parsePuzzle, solve } from "../../reporter/page/src/core/puzzle";
import { deriveThreadKeys } from "../../reporter/page/src/core/receipt";
import { packReport, seal } from "../../reporter/page/src/core/sealing";
import type { ThreadKind } from "../../reporter/page/src/core/thread";
import { board, Signer, slotKeys } from "./signed";

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

function rootOf(file: string): VerifyKey {
  const root = parseVerifyKey((textOf(read(file)) ?? "").trim().split("\n").pop());
  if (!root) throw new Error("no root key");
  return root;
}

function rootAndKeyring(rootFile: string, json: string) {
  const root = rootOf(rootFile);
  return { root, keyring: readKeyring(read(json), textOf(read(`${json}.minisig`)) ?? "", root) };
}

const [verb, ...words] = process.argv.slice(2) as [string, ...string[]];
switch (verb) {
  case "keyring": {
    const [rootFile, json] = words as [string, string];
    console.log(rootAndKeyring(rootFile, json).keyring.week);
    break;
  }
  case "seal": {
    const [rootFile, json, code, kind, text, out, ...files] = words as [string, string, string, ThreadKind, string, string, ...string[]];
    const { root, keyring } = rootAndKeyring(rootFile, json);
    const report = { language: "ky", answers: text ? { narrative: text } : {}, files: files.map(read) };
    const packed = packReport(report, deriveThreadKeys(code, root), kind, { part: 1, parts: 1 }, keyring.maxClass);
    writeFileSync(out, (await seal(packed, keyring)).bytes);
    break;
  }
  case "answer-key":
    console.log(new Signer(read(words[0]!)).key.text);
    break;
  case "board": {
    const [seed, org, rootFile, day, code, out, ...parts] = words as [string, string, string, string, string, string, ...string[]];
    const root = rootOf(rootFile);
    const { bytes, signature } = board(org, new Signer(read(seed)), siteOf(root), day, [{ replyKey: deriveThreadKeys(code, root).replyKey, parts }]);
    writeFileSync(out, bytes);
    writeFileSync(`${out}.minisig`, signature);
    break;
  }
  case "board-vectors": {
    const signer = new Signer(new Uint8Array(32).fill(7)), site = "0011223344556677", day = "2031-11-25";
    const keys = [1, 2].map((fill) => new Uint8Array(32).fill(fill)) as [Uint8Array, Uint8Array];
    const texts = [["2031-11-20\nБиз окудук. ", "Кантип жардам берели?\u001e2031-11-24\n<b>"], ["a"]];
    const { bytes, signature } = board("aikyn", signer, site, day, keys.map((replyKey, at) => ({ replyKey, parts: texts[at]! })), 4);
    writeFileSync(words[0]!, `${JSON.stringify({
      site, organisation: "aikyn", number: 5, date: day, slots: 4, answer_key: signer.key.text, board: toBase64Url(bytes), signature,
      answers: keys.map((replyKey, at) => ({ reply_key: hex.encode(replyKey), text: texts[at]!.join(""), proof: hex.encode(readProof(replyKey, "aikyn", texts[at]!.join(""))), tags: texts[at]!.map((_, index) => hex.encode(slotKeys("aikyn", 5, replyKey, index).tag)) })),
    }, null, 1)}\n`);
    break;
  }
  case "solve": {
    const puzzle = parsePuzzle(textOf(read(words[0]!)) ?? "");
    if (!puzzle) throw new Error("no puzzle");
    console.log(solve(puzzle, hex.decode(words[1]!)));
    break;
  }
  case "repack": {
    const [tar, out, ...members] = words as [string, string, ...string[]];
    const list = [];
    for (let at = 0; at < members.length; at += 2) list.push({ name: members[at]!, content: read(members[at + 1]!) });
    writeFileSync(out, pack(list, read(tar).length));
    break;
  }
  default:
    throw new Error(`unknown verb ${utf8(verb).length} bytes long`);
}
