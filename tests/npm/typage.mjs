// Seals and opens files with typage, the age of browsers (npm: age-encryption), for the tests.
//
//   typage.mjs seal [-a] (-r RECIPIENTS | -p PASSPHRASE) FILE...   seals each FILE into FILE.age
//   typage.mjs open [-a] (-i IDENTITIES | -p PASSPHRASE) FILE...   opens each FILE.age into FILE.opened
//   typage.mjs keygen                  prints two new identities, a hybrid and a classic one
//   typage.mjs recipients IDENTITIES   prints the recipient of each
//
// RECIPIENTS and IDENTITIES are files with one a line; -a is for armored files. SANDYK_NPM names the folder that
// tools/setup installed package.json into.
import { webcrypto } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";

globalThis.crypto ??= webcrypto; // Node 18 has it, but not there
const installed = createRequire(`${process.env.SANDYK_NPM}/`);
const age = await import(installed.resolve("age-encryption"));

const lines = async (path) => (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");

async function sealer({ recipients, passphrase }) {
  const encrypter = new age.Encrypter();
  if (passphrase !== undefined) {
    encrypter.setPassphrase(passphrase);
    encrypter.setScryptWorkFactor(12);
  } else {
    for (const recipient of await lines(recipients)) encrypter.addRecipient(recipient);
  }
  return (input) => encrypter.encrypt(input);
}

async function opener({ identities, passphrase }) {
  const decrypter = new age.Decrypter();
  if (passphrase !== undefined) decrypter.addPassphrase(passphrase);
  else for (const identity of await lines(identities)) decrypter.addIdentity(identity);
  return (input) => decrypter.decrypt(input);
}

async function stream(transform, from, to) {
  const output = await transform(Readable.toWeb(createReadStream(from)));
  await pipeline(Readable.fromWeb(output), createWriteStream(to));
}

// The library's armor is not a stream: these two hold the whole file in memory.
async function sealArmored(seal, from, to) {
  await writeFile(to, age.armor.encode(await seal(await readFile(from))));
}
async function openArmored(open, from, to) {
  await writeFile(to, await open(age.armor.decode(await readFile(from, "latin1"))));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    armored: { type: "boolean", short: "a" },
    recipients: { type: "string", short: "r" },
    identities: { type: "string", short: "i" },
    passphrase: { type: "string", short: "p" },
  },
});
const [verb, ...files] = positionals;
switch (verb) {
  case "seal": {
    const seal = await sealer(values);
    const write = values.armored ? sealArmored : stream;
    for (const file of files) await write(seal, file, `${file}.age`);
    break;
  }
  case "open": {
    const open = await opener(values);
    const write = values.armored ? openArmored : stream;
    for (const file of files) await write(open, `${file}.age`, `${file}.opened`);
    break;
  }
  case "keygen":
    console.log(await age.generateHybridIdentity());
    console.log(await age.generateX25519Identity());
    break;
  case "recipients":
    for (const identity of await lines(files[0])) console.log(await age.identityToRecipient(identity));
    break;
  default:
    throw new Error(`unknown verb ${verb}`);
}
