import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { BoundedMap } from "./bounded-map.ts";
import type { Logger } from "./logger.ts";

/** The ledger cannot say what was not asked for before. */
export class LookupUnavailable extends Error {}

export interface LookupCacheOptions<Value> {
  /** What is looked up, in the plural, for people. */
  what: string;
  /** Entries at most; those asked for longest ago are forgotten. */
  max: number;
  /** Values known from before; asked for again at their first use. */
  remembered: Iterable<[id: string, value: Value]>;
  /** The known values have changed. */
  onChange: () => void;
  now: () => Date;
  log: Logger;
}

const FRESH_MS = 10_000;
const LOOKUP_MS = 2_000;

interface Entry<Value> {
  value: Value | undefined;
  freshUntil: number;
}

/**
 * What the ledger says of an id. It is asked again after ten seconds, so that a change follows soon, and once however many
 * wait for it; while it is away, what is known goes on.
 */
export class LookupCache<Value> {
  readonly #options: LookupCacheOptions<Value>;
  // Two maps, so that guesses push nothing known out.
  readonly #known: BoundedMap<Entry<Value>>;
  readonly #unknown: BoundedMap<Entry<Value>>;
  readonly #lookups = new Map<string, Promise<Value | undefined>>();

  constructor(options: LookupCacheOptions<Value>) {
    this.#options = options;
    this.#known = new BoundedMap(options.max);
    this.#unknown = new BoundedMap(options.max);
    for (const [id, value] of options.remembered) this.#known.set(id, { value, freshUntil: 0 });
  }

  /** The value of an id, or undefined when there is none; `ask` may reject while the ledger is away. */
  async find(id: string, ask: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const entry = this.#known.get(id) ?? this.#unknown.get(id);
    const isFresh = entry !== undefined && entry.freshUntil > this.#options.now().getTime();
    return isFresh ? entry.value : this.#lookUpOnce(id, ask);
  }

  /** What is known, for the next start. */
  *values(): Iterable<[id: string, value: Value]> {
    for (const [id, { value }] of this.#known.entries()) if (value !== undefined) yield [id, value];
  }

  #lookUpOnce(id: string, ask: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const running = this.#lookups.get(id);
    if (running !== undefined) return running;
    const lookup = this.#lookUp(id, ask).finally(() => this.#lookups.delete(id));
    this.#lookups.set(id, lookup);
    return lookup;
  }

  async #lookUp(id: string, ask: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const { what, log, now, onChange } = this.#options;
    const stale = this.#known.get(id)?.value;
    const freshUntil = now().getTime() + FRESH_MS;
    try {
      const value = await withDeadline(ask());
      this.#known.delete(id);
      (value === undefined ? this.#unknown : this.#known).set(id, { value, freshUntil });
      if (!isDeepStrictEqual(value, stale)) onChange();
      return value;
    } catch (error) {
      log.warn({ error: String(error) }, `${what} cannot be looked up`);
      if (stale === undefined) throw new LookupUnavailable(`${what} cannot be looked up`, { cause: error });
      this.#known.set(id, { value: stale, freshUntil });
      return stale;
    }
  }
}

async function withDeadline<Result>(work: Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const deadline = sleep(LOOKUP_MS, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`no answer within ${LOOKUP_MS} ms`);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    stop.abort();
    deadline.catch(() => undefined);
  }
}
