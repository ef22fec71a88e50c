import { setTimeout as sleep } from "node:timers/promises";
import type { Warehouse } from "@voxloop/warehouse";
import type { Counters } from "../counters.ts";
import type { Logger } from "../logger.ts";
import { type Batch, BATCH_BYTES } from "../spool/batch.ts";
import type { Spool } from "../spool/spool.ts";
import { insertBatch } from "./insert.ts";
import { replay, setAside } from "./poison.ts";

/**
 * Pause after an insert, in which arriving events gather for the next; an idle drain takes an event at once. Twice as long as the
 * insert took, since ClickHouse spends as much on a part of a thousand rows as on one of twenty thousand, and again to merge it.
 */
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_500;
const PAUSE_FOR_INSERT = 2;
const LOOK_FOR_REPLAY_MS = 5_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;

export interface DrainDeps {
  spool: Spool;
  warehouse: Warehouse;
  counters: Counters;
  now: () => Date;
  log: Logger;
}

/** Moves the spool into ClickHouse, oldest first, until stopped. */
export class Drain {
  readonly #deps: DrainDeps;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #gathering = new AbortController();
  #waiters: { segment: number; offset: number; resolve: () => void }[] = [];
  #lastError: string | undefined;
  #onFailure: () => void = () => undefined;
  #lagSeconds = 0;

  constructor(deps: DrainDeps) {
    this.#deps = deps;
    this.#done = this.#run();
  }

  /** Why ClickHouse does not take the events, until it does. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** From the arrival of the oldest event of the last insert until ClickHouse had it. */
  get lagSeconds(): number {
    return this.#lagSeconds;
  }

  /** Resolves when all that was appended before this call is in ClickHouse or set aside. */
  drained(): Promise<void> {
    const { end } = this.#deps.spool;
    if (this.#deps.spool.isDrainedTo(end)) return Promise.resolve();
    this.#gathering.abort();
    return new Promise((resolve) => this.#waiters.push({ ...end, resolve }));
  }

  /**
   * Waits at most so long for ClickHouse to take what is left, if it takes anything at all, and for an insert under way to
   * end. What is left stays in the spool.
   */
  async close(patienceMs: number): Promise<void> {
    if (this.#lastError === undefined) await this.#takeLast(patienceMs);
    this.#stop.abort();
    this.#deps.spool.wake();
    await this.#done;
  }

  async #takeLast(patienceMs: number): Promise<void> {
    const failed = new Promise<void>((resolve) => (this.#onFailure = resolve));
    await firstWithin(patienceMs, [this.drained(), failed]);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        await this.#step();
        retryMs = FIRST_RETRY_MS;
        this.#lastError = undefined;
      } catch (error) {
        this.#deps.counters.insertErrors += 1;
        this.#lastError = error instanceof Error ? error.message : String(error);
        this.#onFailure();
        this.#deps.log.warn(
          { error: this.#lastError, retryMs },
          "events wait in the spool: the insert failed",
        );
        await pause(retryMs, signal);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
  }

  async #step(): Promise<void> {
    const { spool } = this.#deps;
    const appended = spool.waitForAppend();
    const batch = await spool.nextBatch();
    if (batch === undefined) return this.#idle(appended);
    const startedAt = performance.now();
    await this.#store(batch);
    await this.#gather(performance.now() - startedAt);
  }

  /** Unless a whole batch waits already, or somebody for all of it. */
  async #gather(insertMs: number): Promise<void> {
    if (this.#deps.spool.bytes >= BATCH_BYTES || this.#waiters.length > 0) return;
    const wanted = Math.max(SHORTEST_PAUSE_MS, PAUSE_FOR_INSERT * insertMs);
    this.#gathering = new AbortController();
    await pause(
      Math.min(wanted, LONGEST_PAUSE_MS),
      AbortSignal.any([this.#stop.signal, this.#gathering.signal]),
    );
  }

  /** With nothing left to insert, looks for what a person wants sent again. */
  async #idle(appended: Promise<void>): Promise<void> {
    const { spool, warehouse, counters, log } = this.#deps;
    const { rows, poison } = await replay(spool.folder, warehouse);
    if (rows + poison.length > 0) log.info({ rows, refused: poison.length }, "sent again what was set aside");
    counters.drained += rows;
    await firstWithin(LOOK_FOR_REPLAY_MS, [appended]);
  }

  async #store(batch: Batch): Promise<void> {
    const { spool, warehouse, counters, log } = this.#deps;
    const { rows, poison } = await insertBatch(warehouse, batch);
    if (poison.length > 0) {
      await setAside(spool.folder, batch.name, poison);
      counters.poisoned += poison.length;
      log.error(
        { batch: batch.name, rows: poison.length, reason: poison[0]?.reason },
        "set aside what cannot be stored",
      );
    }
    counters.drained += rows;
    if (batch.oldestAt !== undefined)
      this.#lagSeconds = Math.max(0, this.#deps.now().getTime() - batch.oldestAt) / 1000;
    spool.confirm(batch);
    const isOver = (waiter: { segment: number; offset: number }) => spool.isDrainedTo(waiter);
    for (const waiter of this.#waiters.filter(isOver)) waiter.resolve();
    this.#waiters = this.#waiters.filter((waiter) => !isOver(waiter));
  }
}

/** Resolves with the first of these, or when the time is over. */
async function firstWithin(milliseconds: number, ends: Promise<void>[]): Promise<void> {
  const stop = new AbortController();
  await Promise.race([...ends, pause(milliseconds, stop.signal)]);
  stop.abort();
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
