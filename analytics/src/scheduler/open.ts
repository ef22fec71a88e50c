import type { Logger } from "../deps.ts";
import { openBullmqScheduler } from "./bullmq.ts";
import { createInProcessScheduler } from "./in-process.ts";
import type { Scheduler } from "./scheduler.ts";

/** Opens the scheduler on Redis (`redis://...`), or within this process when no URL is given; `stop` closes it. */
export async function openScheduler(options: {
  redisUrl?: string | undefined;
  log: Logger;
}): Promise<Scheduler> {
  const { redisUrl, log } = options;
  return redisUrl === undefined ? createInProcessScheduler({ log }) : openBullmqScheduler({ redisUrl, log });
}
