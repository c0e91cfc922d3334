// Asking a server of the site, over a line that may be bad.
import { Fault } from "./core/fault";
import type { Bytes } from "./core/bytes";

const stalled = 30_000; // ms without a byte

export interface Reply {
  status: number;
  bytes: Bytes;
  /** Of an answer in JSON: the code of what went wrong, and a sentence. */
  error: string;
  say: string;
  retryAfter: number; // seconds
  header(name: string): string | null;
}

export interface Asked {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: Bytes;
  /** Told the bytes that have left this device: not yet those that arrived. */
  sent?: (bytes: number) => void;
}

function errorOf(bytes: Bytes): { error: string; say: string } {
  try {
    const { error, say } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return { error: typeof error === "string" ? error : "", say: typeof say === "string" ? say.slice(0, 300) : "" };
  } catch {
    return { error: "", say: "" };
  }
}

/** Any answer is one; a line that is cut or silent is a Fault("network"). */
export function ask({ method, url, headers = {}, body, sent }: Asked): Promise<Reply> {
  return new Promise((done, fail) => {
    const link = new XMLHttpRequest(); // fetch does not tell how much has been sent
    let clock = 0;
    const watch = (): void => {
      clearTimeout(clock);
      clock = setTimeout(() => link.abort(), stalled);
    };
    const end = (act: () => void) => (): void => {
      clearTimeout(clock);
      act();
    };
    link.open(method, url);
    link.responseType = "arraybuffer";
    for (const [name, value] of Object.entries(headers)) link.setRequestHeader(name, value);
    link.upload.onprogress = (event) => {
      watch();
      sent?.(event.loaded);
    };
    link.onprogress = watch;
    link.onload = end(() => {
      const bytes = new Uint8Array((link.response as ArrayBuffer | null) ?? new ArrayBuffer(0));
      done({
        status: link.status, bytes, ...(link.status >= 400 ? errorOf(bytes) : { error: "", say: "" }),
        retryAfter: Number(link.getResponseHeader("Retry-After")) || 0, header: (name) => link.getResponseHeader(name),
      });
    });
    link.onerror = link.onabort = link.ontimeout = end(() => fail(new Fault("network")));
    watch();
    link.send(body ?? null);
  });
}

/** The bytes at an address, or a Fault. */
export async function get(url: string): Promise<Bytes> {
  const reply = await ask({ method: "GET", url });
  if (reply.status !== 200) throw new Fault("refused", reply.say);
  return reply.bytes;
}

/** Waits, but no longer than until the device has a line again or is looked at again. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    const wake = (): void => {
      if (document.visibilityState !== "visible") return;
      clearTimeout(clock);
      removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      done();
    };
    const clock = setTimeout(() => {
      removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      done();
    }, milliseconds);
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
  });
}
