import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../deps.ts";
import { openScheduler } from "./open.ts";

/* A worker in a process of its own, for a test to kill: notes the start of every run in a file, and hangs in each. */

// Ends with the test, however that ends.
process.stdin.resume().once("end", () => process.exit());

const [redisUrl, task = "", file = ""] = process.argv.slice(2);
const ignore = (): void => undefined;
const log: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const scheduler = await openScheduler({ redisUrl, log });
scheduler.define(task, async () => {
  appendFileSync(file, `${process.pid}\n`);
  await sleep(600_000);
});
await scheduler.repeat(task, 200);
await scheduler.start();
