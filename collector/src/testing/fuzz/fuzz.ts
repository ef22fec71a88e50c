import { makeCase, type FuzzCase } from "./cases.ts";
import { sendRaw } from "./raw-http.ts";

export interface FuzzOptions {
  requests: number;
  /** Sends no more after so long. */
  milliseconds?: number;
  seed: number;
  /** Answers a request without HTTP. */
  app: { request(path: string, init: RequestInit): Response | Promise<Response> };
  /** Of the server before the same app. */
  url: string;
  onProgress?: (done: FuzzResult) => void;
}

export interface FuzzResult {
  sent: number;
  /** Answers by status; `unsendable` for what the client itself refuses, `closed` for a connection that was ended. */
  answers: Record<string, number>;
  /** What should not be, with the number of its request: `makeCase(seed, index)` makes it again. */
  failures: string[];
  /** Events of sound requests that were answered 200. */
  acknowledged: number;
  rssMaxBytes: number;
}

const CONCURRENCY = 32;
const FAILURES_MAX = 20;
const ANSWER_SECONDS = 60;

/** Sends made-up requests, most to the app and some over HTTP, and watches what comes back and what memory it takes. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const result: FuzzResult = { sent: 0, answers: {}, failures: [], acknowledged: 0, rssMaxBytes: 0 };
  let next = 0;
  const until = performance.now() + (options.milliseconds ?? Infinity);
  const patience = new Patience(ANSWER_SECONDS);
  const work = async () => {
    while (next < options.requests && performance.now() < until) {
      const index = next++;
      await sendOne(options, index, { result, patience });
      result.sent += 1;
      if (result.sent % 64 === 0)
        result.rssMaxBytes = Math.max(result.rssMaxBytes, process.memoryUsage.rss());
      if (result.sent % Math.ceil(options.requests / 20) === 0) options.onProgress?.(result);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  patience.end();
  return result;
}

async function sendOne(
  options: FuzzOptions,
  index: number,
  { result, patience }: { result: FuzzResult; patience: Patience },
): Promise<void> {
  const one = makeCase(options.seed, index);
  const fail = (what: string) => {
    if (result.failures.length < FAILURES_MAX)
      result.failures.push(`request ${index} to ${one.path}: ${what}`);
  };
  const isOverHttp = index % 10 === 0;
  const isBroken = index % 500 === 250;
  const answering = isBroken ? sendRaw(options, index) : send(options, one, isOverHttp);
  const answer = await patience.wait(answering, { status: "unanswered", text: "" });
  result.answers[answer.status] = (result.answers[answer.status] ?? 0) + 1;
  if (answer.status === "unanswered" || answer.status.startsWith("5"))
    fail(`${answer.status} ${answer.text}`);
  if (isBroken || one.intactEvents === undefined) return;
  if (answer.status !== "200" || /reject/.test(answer.text))
    fail(`a sound request: ${answer.status} ${answer.text}`);
  else result.acknowledged += one.intactEvents;
}

async function send(
  { app, url }: FuzzOptions,
  { path, body, headers }: FuzzCase,
  isOverHttp: boolean,
): Promise<{ status: string; text: string }> {
  const init: RequestInit = { method: "POST", body: new Uint8Array(body), headers };
  try {
    const response = await (isOverHttp ? fetch(`${url}${path}`, init) : app.request(path, init));
    return { status: String(response.status), text: (await response.text()).slice(0, 300) };
  } catch (error) {
    if (error instanceof TypeError && !isOverHttp) return { status: "unsendable", text: error.message };
    return { status: isOverHttp ? "closed" : "500", text: String(error) };
  }
}

/** Counts seconds in which this process ran, so that one that is stopped for a while does not take it for silence. */
class Patience {
  readonly #seconds: number;
  readonly #timer: NodeJS.Timeout;
  readonly #waiting = new Set<{ until: number; giveUp: () => void }>();
  #ticks = 0;

  constructor(seconds: number) {
    this.#seconds = seconds;
    this.#timer = setInterval(() => this.#tick(), 1_000);
  }

  /** Gives what comes, or `otherwise` when nothing does. Keeps nothing of what came. */
  async wait<Result>(coming: Promise<Result>, otherwise: Result): Promise<Result> {
    const waiting = { until: this.#ticks + this.#seconds, giveUp: () => undefined as void };
    const over = new Promise<Result>((resolve) => (waiting.giveUp = () => resolve(otherwise)));
    this.#waiting.add(waiting);
    try {
      return await Promise.race([coming, over]);
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#ticks += 1;
    for (const { until, giveUp } of this.#waiting) if (until <= this.#ticks) giveUp();
  }
}
