import { Worker } from "node:worker_threads";
import { type Conversion, convert, convertToBlock, type Converted } from "./convert.ts";
import { Refused } from "./refused.ts";

/** What a worker says once it can convert. */
export const READY = "ready";

/** A worker's answer to the conversion of this number. */
export type Answer = { number: number } & (
  | { converted: Converted }
  | { refused: Pick<Refused, "reason" | "message"> }
);

export interface Converter {
  /** Rejects with a Refused, as `convert` throws it. */
  convert(of: Conversion): Promise<Converted>;
  close(): Promise<void>;
}

/** A body up to here is converted where it arrived, in less time than it takes to hand it over. */
const HAND_OVER_BYTES = 4096;
/** Before one that died is started again: whatever kills it at once must not be done all the time. */
const RESTART_MS = 1_000;
/** Bodies that wait for a worker; beyond it senders are asked to come again. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** Converts bodies in worker threads, so that many at a time do not hold up the answers to others; with none, at once. */
export function openConverter(workers: number): Converter {
  const threads = Array.from({ length: workers }, () => new Thread());
  let waitingBytes = 0;
  return {
    async convert(of) {
      const bytes = of.body.length;
      const [first, ...others] = threads.filter((thread) => thread.isReady);
      const isSmall = bytes <= HAND_OVER_BYTES && of.compression === "identity";
      if (isSmall) return convert(of);
      // None is wanted, or none has started yet.
      if (first === undefined) return convertToBlock(of);
      if (waitingBytes + bytes > WAITING_BYTES_MAX)
        throw new Refused("unavailable", "too many requests at a time; send it again");
      waitingBytes += bytes;
      try {
        const idlest = others.reduce(
          (best, thread) => (thread.waiting < best.waiting ? thread : best),
          first,
        );
        return await idlest.convert(of);
      } finally {
        waitingBytes -= bytes;
      }
    },
    close: async () => void (await Promise.all(threads.map((thread) => thread.close()))),
  };
}

interface Waiting {
  resolve: (converted: Converted) => void;
  reject: (reason: unknown) => void;
}

/** One worker, started again when it dies. */
class Thread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker;
  #isReady = false;
  #next = 0;

  constructor() {
    this.#worker = this.#start();
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  convert(of: Conversion): Promise<Converted> {
    return new Promise((resolve, reject) => {
      const number = this.#next++;
      this.#waiting.set(number, { resolve, reject });
      const { buffer, byteLength } = of.body;
      const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
      this.#worker.postMessage({ number, of }, isOwn ? [buffer] : []);
    });
  }

  async close(): Promise<void> {
    this.#worker.removeAllListeners("exit");
    await this.#worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./convert-worker.ts", import.meta.url));
    worker.unref();
    worker.on("message", (answer: Answer | typeof READY) => {
      if (answer === READY) this.#isReady = true;
      else this.#answer(answer);
    });
    // What killed it may be in what it worked on; the senders are asked again, and the others are not held up.
    worker.on("error", () => undefined);
    worker.on("exit", () => {
      this.#isReady = false;
      setTimeout(() => (this.#worker = this.#start()), RESTART_MS).unref();
      const lost = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const { reject } of lost) reject(new Refused("unavailable", "a worker died; send it again"));
    });
    return worker;
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if ("converted" in answer) waiting?.resolve(asBuffer(answer.converted));
    else waiting?.reject(new Refused(answer.refused.reason, answer.refused.message));
  }
}

/** A Buffer arrives from another thread as plain bytes. */
function asBuffer(converted: Converted): Converted {
  const { content } = converted;
  if (Array.isArray(content)) return converted;
  return { ...converted, content: Buffer.from(content.buffer, content.byteOffset, content.byteLength) };
}
