import { setTimeout as sleep } from "node:timers/promises";
import { makeRequest, type Request } from "./requests.ts";

export interface Answer {
  /** Unix milliseconds. */
  at: number;
  milliseconds: number;
}

/** What became of one batch: how often it was sent, and whether somebody acknowledged it. */
export interface Sent {
  attempts: number;
  isAcknowledged: boolean;
}

const ANSWER_MS = 10_000;
const RETRY_MS = 50;

/** Senders that send a batch again, to the next collector, until it is acknowledged. */
export class Clients {
  readonly #name: string;
  readonly #urls: readonly string[];
  readonly #pauseMs: number;
  readonly #done: Promise<unknown>;
  #isStopping = false;
  readonly sent = new Map<string, Sent>();
  readonly answers: Answer[] = [];
  /** How often a batch was not acknowledged, by status; `none` is no answer. */
  readonly refused: Record<string, number> = {};

  /** `name` begins the ids of all their events. */
  constructor(of: { name: string; urls: readonly string[]; count: number; pauseMs: number }) {
    this.#name = of.name;
    this.#urls = of.urls;
    this.#pauseMs = of.pauseMs;
    this.#done = Promise.all(Array.from({ length: of.count }, (_, index) => this.#run(index)));
  }

  /** Ends when every batch that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#done;
  }

  async #run(client: number): Promise<void> {
    for (let number = 0; !this.#isStopping; number += 1) {
      const batch = `${this.#name}-${client}-${number}`;
      const sent: Sent = { attempts: 0, isAcknowledged: false };
      this.sent.set(batch, sent);
      const request = makeRequest(batch, client + number);
      while (!sent.isAcknowledged) {
        sent.attempts += 1;
        sent.isAcknowledged = await this.#send(request, client + number + sent.attempts);
        if (!sent.isAcknowledged) await sleep(RETRY_MS);
      }
      await sleep(this.#pauseMs);
    }
  }

  async #send({ path, headers, body }: Request, turn: number): Promise<boolean> {
    const url = `${this.#urls[turn % this.#urls.length]}${path}`;
    const before = performance.now();
    const init = {
      method: "POST",
      headers,
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    };
    try {
      const response = await fetch(url, init);
      await response.arrayBuffer();
      if (response.ok) this.answers.push({ at: Date.now(), milliseconds: performance.now() - before });
      else this.#count(String(response.status));
      if (!response.ok && response.status !== 429 && response.status < 500)
        throw new Refused(`${path} was answered ${response.status}`);
      return response.ok;
    } catch (error) {
      if (error instanceof Refused) throw error;
      this.#count("none");
      return false;
    }
  }

  #count(status: string): void {
    this.refused[status] = (this.refused[status] ?? 0) + 1;
  }
}

/** A sound request was refused for good. */
class Refused extends Error {}
