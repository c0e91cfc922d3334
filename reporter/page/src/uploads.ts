// A large report in parts: a cut line costs one part, and what a server has acknowledged is never sent again
// (docs/formats.md, "Upload in parts").
import { Fault } from "./core/fault";
import type { Sealed } from "./core/sealing";
import { ask, pause, type Reply } from "./http";

const largestPart = 256 * 1024;
const smallestPart = 16 * 1024;
const growth = 1.5;
const mostCuts = 6; // in a row, without any progress
const longestWait = 8000;

/** Sealed reports of the smaller classes go at once: the server takes only larger ones in parts. */
export const goesInParts = ({ bytes }: Sealed): boolean => bytes.length > 320 * 1024;

export interface Upload {
  url: string;
  offset: number; // bytes that the server has acknowledged
  part: number; // bytes of the next part
}

/** Begins one; or what the server answered instead. `headers` name the week, and work that was done. */
export async function begin(node: string, sealed: Sealed, headers: Record<string, string>): Promise<Upload | Reply> {
  const reply = await ask({
    method: "POST", url: `${node}/uploads`,
    headers: { ...headers, "Sandyk-Report": sealed.id, "Upload-Complete": "?0", "Upload-Length": String(sealed.bytes.length) },
  });
  const path = reply.header("Location") ?? "";
  if (reply.status !== 201 || !/^\/uploads\/[\w-]{1,100}$/.test(path)) return reply;
  return { url: node + path, offset: 0, part: largestPart };
}

function offsetOf(reply: Reply, sealed: Sealed): number {
  const text = reply.header("Upload-Offset") ?? "";
  const offset = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(offset <= sealed.bytes.length)) throw new Fault("network"); // no such server; begin anew
  return offset;
}

function addPart(upload: Upload, sealed: Sealed): Promise<Reply> {
  const end = Math.min(upload.offset + upload.part, sealed.bytes.length);
  return ask({
    method: "PATCH", url: upload.url, body: sealed.bytes.slice(upload.offset, end),
    headers: { "Content-Type": "application/partial-upload", "Upload-Offset": String(upload.offset), "Upload-Complete": end === sealed.bytes.length ? "?1" : "?0" },
  });
}

/** Sends the rest. Returns the answer that ends it: 201 once the whole is stored, 404 when the server has forgotten it.
 * Throws a Fault when the line stays cut; the upload may then go on later. */
export async function addParts(upload: Upload, sealed: Sealed, progress: (share: number) => void): Promise<Reply> {
  let cuts = 0;
  for (;;) {
    try {
      const reply = cuts === 0 ? await addPart(upload, sealed) : await ask({ method: "HEAD", url: upload.url });
      if (reply.status !== 204 && reply.status !== 409) return reply;
      const offset = offsetOf(reply, sealed);
      // A whole report whose answer was lost: its last part again gets that answer once more.
      const isWhole = reply.header("Upload-Complete") === "?1";
      if (cuts === 0 && reply.status === 204) upload.part = Math.min(Math.ceil(upload.part * growth), largestPart);
      if (offset <= upload.offset && reply.status === 409) throw new Fault("network");
      upload.offset = isWhole ? Math.max(0, offset - upload.part) : offset;
      progress(upload.offset / sealed.bytes.length);
      cuts = 0;
    } catch (thrown) {
      if (!(thrown instanceof Fault) || ++cuts > mostCuts) throw thrown;
      if (cuts === 1) upload.part = Math.max(smallestPart, Math.floor(upload.part / 2));
      await pause(Math.min(250 * 2 ** cuts, longestWait));
    }
  }
}
