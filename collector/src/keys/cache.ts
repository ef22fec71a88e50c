import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { BoundedMap } from "../bounded-map.ts";
import type { Logger } from "../logger.ts";
import type { WriteKeyGrant } from "./grant.ts";

/** The ledger cannot say whether a key that was not seen before is valid. */
export class KeysUnavailable extends Error {}

export type FindKey = (key: string) => Promise<WriteKeyGrant | undefined>;

export interface KeyCacheOptions {
  /** Asks the ledger; may reject while it is away. */
  findKey: FindKey;
  /** Grants known from before, by the SHA-256 of their key; asked for again at their first use. */
  remembered: Iterable<[keyHash: string, grant: WriteKeyGrant]>;
  /** The known grants have changed. */
  onChange: () => void;
  now: () => Date;
  log: Logger;
}

const FRESH_MS = 10_000;
const LOOKUP_MS = 2_000;
const KEYS_MAX = 10_000;
const KEY_LENGTH_MAX = 256;

interface Entry {
  grant: WriteKeyGrant | undefined;
  freshUntil: number;
}

/**
 * The grants of write keys, by the SHA-256 of the key. They are asked for again after ten seconds, so that a revoked or
 * changed key follows soon; while the ledger is away, known keys go on, each until it expires.
 */
export class KeyCache {
  readonly #options: KeyCacheOptions;
  // Two maps, so that guesses push no known key out.
  readonly #known = new BoundedMap<Entry>(KEYS_MAX);
  readonly #unknown = new BoundedMap<Entry>(KEYS_MAX);
  readonly #lookups = new Map<string, Promise<WriteKeyGrant | undefined>>();

  constructor(options: KeyCacheOptions) {
    this.#options = options;
    for (const [hash, grant] of options.remembered) this.#known.set(hash, { grant, freshUntil: 0 });
  }

  /** The grant of a write key, or undefined when there is none or it has expired. */
  find = async (key: string): Promise<WriteKeyGrant | undefined> => {
    if (key.length > KEY_LENGTH_MAX) return undefined;
    const hash = createHash("sha256").update(key).digest("hex");
    const entry = this.#known.get(hash) ?? this.#unknown.get(hash);
    const isFresh = entry !== undefined && entry.freshUntil > this.#options.now().getTime();
    const grant = isFresh ? entry.grant : await this.#lookUpOnce(hash, key);
    const expiresAt = grant?.expiresAt ?? null;
    return expiresAt !== null && expiresAt <= this.#options.now() ? undefined : grant;
  };

  /** What is known, for the next start. */
  *grants(): Iterable<[keyHash: string, grant: WriteKeyGrant]> {
    for (const [hash, { grant }] of this.#known.entries()) if (grant !== undefined) yield [hash, grant];
  }

  #lookUpOnce(hash: string, key: string): Promise<WriteKeyGrant | undefined> {
    const running = this.#lookups.get(hash);
    if (running !== undefined) return running;
    const lookup = this.#lookUp(hash, key).finally(() => this.#lookups.delete(hash));
    this.#lookups.set(hash, lookup);
    return lookup;
  }

  async #lookUp(hash: string, key: string): Promise<WriteKeyGrant | undefined> {
    const stale = this.#known.get(hash)?.grant;
    const freshUntil = this.#options.now().getTime() + FRESH_MS;
    try {
      const grant = await withDeadline(this.#options.findKey(key));
      this.#known.delete(hash);
      (grant === undefined ? this.#unknown : this.#known).set(hash, { grant, freshUntil });
      if (!isDeepStrictEqual(grant, stale)) this.#options.onChange();
      return grant;
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, "write keys cannot be looked up");
      if (stale === undefined) throw new KeysUnavailable("write keys cannot be looked up", { cause: error });
      this.#known.set(hash, { grant: stale, freshUntil });
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
