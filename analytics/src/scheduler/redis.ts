import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "../deps.ts";

const FIRST_CONNECTION_TIMEOUT_MS = 3_000;
const reconnect = {
  connectTimeout: 3_000,
  retryStrategy: (attempt: number) => Math.min(100 * 2 ** Math.min(attempt, 10), 2_000),
} satisfies RedisOptions;

/**
 * A connection for callers that must not wait: a command fails at once when Redis is away and after two seconds when
 * it hangs. Resolves when connected, or when Redis is away: it goes on trying.
 */
export async function connectProducer(url: string, log: Logger): Promise<Redis> {
  const redis = new Redis(url, {
    ...reconnect,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 2_000,
  });
  logState(redis, log);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, FIRST_CONNECTION_TIMEOUT_MS);
    redis.once("ready", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return redis;
}

/** A connection for workers, whose commands wait until Redis is back. */
export function connectConsumer(url: string, log: Logger): Redis {
  const redis = new Redis(url, { ...reconnect, maxRetriesPerRequest: null });
  redis.on("error", (error: Error) => log.debug({ err: error }, "the workers' connection to Redis"));
  return redis;
}

/** One line when Redis goes away and one when it is back, however often it is tried in between. */
function logState(redis: Redis, log: Logger): void {
  let isAway = false;
  redis.on("error", (error: Error) => {
    if (!isAway) log.warn({ err: error }, "Redis is away; trying to reconnect");
    isAway = true;
  });
  redis.on("close", () => {
    if (!isAway && redis.status !== "end") log.warn({}, "Redis is away; trying to reconnect");
    isAway = true;
  });
  redis.on("ready", () => {
    if (isAway) log.info({}, "Redis is back");
    isAway = false;
  });
}
