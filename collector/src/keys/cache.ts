import { createHash } from "node:crypto";
import type { Logger } from "../logger.ts";
import { LookupCache } from "../lookup-cache.ts";
import type { WriteKeyGrant } from "./grant.ts";

export { LookupUnavailable as KeysUnavailable } from "../lookup-cache.ts";

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

const KEYS_MAX = 10_000;
const KEY_LENGTH_MAX = 256;

/** The grants of write keys, by the SHA-256 of the key; while the ledger is away, known keys go on, each until it expires. */
export class KeyCache {
  readonly #options: KeyCacheOptions;
  readonly #grants: LookupCache<WriteKeyGrant>;

  constructor(options: KeyCacheOptions) {
    this.#options = options;
    this.#grants = new LookupCache({ ...options, what: "write keys", max: KEYS_MAX });
  }

  /** The grant of a write key, or undefined when there is none or it has expired. */
  find = async (key: string): Promise<WriteKeyGrant | undefined> => {
    if (key.length > KEY_LENGTH_MAX) return undefined;
    const hash = createHash("sha256").update(key).digest("hex");
    const grant = await this.#grants.find(hash, () => this.#options.findKey(key));
    const expiresAt = grant?.expiresAt ?? null;
    return expiresAt !== null && expiresAt <= this.#options.now() ? undefined : grant;
  };

  /** What is known, for the next start. */
  grants(): Iterable<[keyHash: string, grant: WriteKeyGrant]> {
    return this.#grants.values();
  }
}
