// The packed report: one ustar of document, thread and files, with zeros up to a size class (docs/formats.md,
// "Packed report"). The same bytes as report/packing.cpp makes; tests/vectors/packing.json holds both to it.
import { utf8, type Bytes } from "./bytes";
import { Fault } from "./fault";
import { sizeClassFor } from "./size_class";

const block = 512;
const endBlocks = 2;

export interface Member {
  name: string;
  content: Uint8Array;
}

const padded = (size: number): number => Math.ceil(size / block) * block;

export const packedSize = (members: readonly Member[]): number =>
  members.reduce((sum, { content }) => sum + block + padded(content.length), endBlocks * block);

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");

function header(name: string, size: number): Bytes {
  const out = new Uint8Array(block);
  const put = (text: string, at: number): void => out.set(utf8(text), at);
  put(name, 0);
  put("000600 ", 100); // mode
  put("000000 ", 108); // uid
  put("000000 ", 116); // gid
  put(`${octal(size, 11)} `, 124);
  put(`${octal(0, 11)} `, 136); // mtime
  put("        ", 148); // the checksum's place counts as spaces
  put("0", 156);
  put("ustar\u000000", 257);
  put("000000 ", 329); // device numbers
  put("000000 ", 337);
  const sum = out.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)}\0 `, 148);
  return out;
}

/** The tar and its padding. Throws a Fault when it is larger than `most`. */
export function pack(members: readonly Member[], most: number): Bytes {
  const size = sizeClassFor(packedSize(members));
  if (size === null || size > most) throw new Fault("too-large");
  const out = new Uint8Array(size);
  let at = 0;
  for (const { name, content } of members) {
    out.set(header(name, content.length), at);
    out.set(content, at + block);
    at += block + padded(content.length);
  }
  return out;
}
