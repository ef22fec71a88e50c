import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "./logger.ts";

/** The ledger cannot say whether a key that was not seen before is valid. */
export class KeysUnavailable extends Error {}

export interface KeyCacheOptions {
  findProject: (key: string) => Promise<string | undefined>;
  now: () => Date;
  log: Logger;
}

const FRESH_MS = 10_000;
const LOOKUP_MS = 2_000;
const KEYS_MAX = 10_000;
const KEY_LENGTH_MAX = 256;

interface Entry {
  project: string | undefined;
  freshUntil: number;
}

/**
 * Gives the project of a write key, or undefined when there is none. Answers are asked for again after ten seconds, so
 * that a revoked key stops soon; while the ledger is away, known keys go on.
 */
export function createKeyCache(options: KeyCacheOptions): (key: string) => Promise<string | undefined> {
  const known = createBounded<Entry>();
  const unknown = createBounded<Entry>();
  const lookups = new Map<string, Promise<string | undefined>>();

  const lookUp = async (key: string): Promise<string | undefined> => {
    const stale = known.get(key);
    const freshUntil = options.now().getTime() + FRESH_MS;
    try {
      const project = await withDeadline(options.findProject(key));
      known.delete(key);
      (project === undefined ? unknown : known).set(key, { project, freshUntil });
      return project;
    } catch (error) {
      options.log.warn({ error: String(error) }, "write keys cannot be looked up");
      if (stale === undefined) throw new KeysUnavailable("write keys cannot be looked up", { cause: error });
      known.set(key, { ...stale, freshUntil });
      return stale.project;
    }
  };

  return async (key) => {
    if (key.length > KEY_LENGTH_MAX) return undefined;
    const entry = known.get(key) ?? unknown.get(key);
    if (entry !== undefined && entry.freshUntil > options.now().getTime()) return entry.project;
    const running = lookups.get(key);
    if (running !== undefined) return running;
    const lookup = lookUp(key).finally(() => lookups.delete(key));
    lookups.set(key, lookup);
    return lookup;
  };
}

/** A map that forgets its oldest entry when full; known and unknown keys have one each, so that guesses push nothing out. */
function createBounded<Value>() {
  const entries = new Map<string, Value>();
  return {
    get: (key: string) => entries.get(key),
    delete: (key: string) => entries.delete(key),
    set(key: string, value: Value) {
      entries.delete(key);
      entries.set(key, value);
      const [oldest] = entries.size > KEYS_MAX ? entries.keys() : [];
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
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

/** The write key a request brings: bearer token, `x-voxloop-key`, user name of Basic, or `?key=`. */
export function readWriteKey(headers: Headers, query: string | undefined): string | undefined {
  const [, scheme = "", credentials = ""] =
    /^(\S+)\s+(\S+)\s*$/.exec(headers.get("authorization") ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return credentials;
  const named = headers.get("x-voxloop-key");
  if (named !== null && named !== "") return named;
  if (scheme.toLowerCase() === "basic")
    return Buffer.from(credentials, "base64").toString("utf8").split(":")[0];
  return query;
}
