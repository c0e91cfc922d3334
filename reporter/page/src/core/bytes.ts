// Bytes and their spellings. Decoders are strict: what they take has one spelling.
import { base64, base64urlnopad, hex } from "@scure/base";
import { sha256 } from "@noble/hashes/sha2.js";

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export const utf8 = (text: string): Bytes => encoder.encode(text) as Bytes;

/** Nothing unless the bytes are UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function concat(...parts: Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export const toHex = (bytes: Uint8Array): string => hex.encode(bytes);
export const toBase64Url = (bytes: Uint8Array): string => base64urlnopad.encode(bytes);

const decode = (coder: { decode(text: string): Uint8Array }, text: string): Uint8Array | null => {
  try {
    return coder.decode(text);
  } catch {
    return null;
  }
};
export const fromBase64 = (text: string): Uint8Array | null => decode(base64, text);
export const fromBase64Url = (text: string): Uint8Array | null => decode(base64urlnopad, text);

export const sha256Hex = (bytes: Uint8Array): string => toHex(sha256(bytes));

export const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Big endian. */
export function number32(bytes: Uint8Array, at = 0): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}
export function bytes32(value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}
