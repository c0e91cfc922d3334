// Talks to the desk's own server, and to nobody else.
let token = "";

/** The token stands behind '#' of the address that the terminal printed; the tab keeps it so that a reload works. */
export function takeToken(): boolean {
  const given = /^#([\w-]{43})$/.exec(location.hash)?.[1];
  if (given) {
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", "#/triage");
  }
  token = given ?? sessionStorage.getItem("token") ?? "";
  return token !== "";
}

export class Refusal extends Error {
  constructor(readonly status: number, sentence: string, readonly said: Record<string, unknown> = {}) { super(sentence); }
}

async function ask(path: string, method: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body), cache: "no-store", redirect: "error" });
  } catch {
    throw new Refusal(0, "");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({})) as Record<string, unknown>;
  throw new Refusal(answer.status, typeof said.error === "string" ? said.error : "", said);
}

export type Words = Record<string, string | number | undefined>;

export function query(words: Words): string {
  const there = Object.entries(words).filter(([, value]) => value !== undefined && value !== "").map(([key, value]) => [key, String(value)]);
  return there.length > 0 ? `?${new URLSearchParams(there)}` : "";
}

async function json<T>(path: string, method: string, body?: unknown): Promise<T> {
  const text = await (await ask(path, method, body)).text();
  return (text ? JSON.parse(text) : {}) as T;
}

export const get = <T>(path: string, words: Words = {}) => json<T>(path + query(words), "GET");
export const post = <T>(path: string, body: unknown = {}) => json<T>(path, "POST", body);
export const put = <T>(path: string, body: unknown) => json<T>(path, "PUT", body);
export const remove = <T>(path: string) => json<T>(path, "DELETE");
export const bytes = async (path: string) => (await ask(path, "GET")).blob();
export const part = (text: string) => encodeURIComponent(text);
