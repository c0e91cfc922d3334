// The jobs in a thread of their own, so that the page never stands still. The worker is this same script, from a
// blob: it needs no second file, and the page's policy holds in it too.
import { Fault, type FaultCode } from "./core/fault";
import { jobs, type JobName, type Jobs, type Progress } from "./jobs";

interface Request {
  number: number;
  name: JobName;
  words: unknown[];
}
interface Reply {
  number: number;
  share?: number;
  result?: unknown;
  fault?: FaultCode | null;
}

type Work = (...words: unknown[]) => unknown;

/** Makes this thread a worker. */
export function work(): void {
  const scope = self as unknown as { onmessage: (event: MessageEvent<Request>) => void; postMessage(reply: Reply): void };
  scope.onmessage = async ({ data: { number, name, words } }) => {
    const progress: Progress = (share) => scope.postMessage({ number, share });
    try {
      scope.postMessage({ number, result: await (jobs[name] as Work)(...words, progress) });
    } catch (thrown) {
      scope.postMessage({ number, fault: thrown instanceof Fault ? thrown.code : null });
    }
  };
}

interface Waiting {
  done(result: unknown): void;
  fail(thrown: Error): void;
  progress: Progress | undefined;
}

let thread: Worker | null | undefined; // null: this browser gives none
const waiting = new Map<number, Waiting>();
let count = 0;

function answer({ data }: MessageEvent<Reply>): void {
  const asked = waiting.get(data.number);
  if (data.share !== undefined) return asked?.progress?.(data.share);
  waiting.delete(data.number);
  if (data.fault === undefined) asked?.done(data.result);
  else asked?.fail(data.fault ? new Fault(data.fault) : new Error("a job failed"));
}

/** Starts the worker with the text of the page's script. */
export function startWorker(script: string): void {
  try {
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const made = new Worker(url);
    thread = made;
    made.onmessage = answer;
    made.onerror = () => {
      // It never came to life: whoever waits is served here.
      if (thread !== made) return;
      thread = null;
      for (const asked of waiting.values()) asked.fail(new Error("no worker"));
      waiting.clear();
    };
  } catch {
    thread = null;
  }
}

export async function run<Name extends JobName>(name: Name, words: Parameters<Jobs[Name]>, progress?: Progress):
    Promise<Awaited<ReturnType<Jobs[Name]>>> {
  type Result = Awaited<ReturnType<Jobs[Name]>>;
  const here = async (): Promise<Result> => (await (jobs[name] as Work)(...words, progress)) as Result;
  if (!thread) return here();
  const number = ++count;
  try {
    return await new Promise<Result>((done, fail) => {
      waiting.set(number, { done: done as (result: unknown) => void, fail, progress });
      thread?.postMessage({ number, name, words } satisfies Request);
    });
  } catch (thrown) {
    if (thread === null) return here();
    throw thrown;
  }
}
