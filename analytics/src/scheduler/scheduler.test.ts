import { setTimeout as sleep } from "node:timers/promises";
import { startRedis, type RedisServer } from "@voxloop/testing";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Logger } from "../deps.ts";
import { openScheduler } from "./open.ts";
import type { Scheduler } from "./scheduler.ts";

const redis = await startRedis();
afterAll(() => redis?.stop());

const lines: { level: string; message: string }[] = [];
const at = (level: string) => (_: object, message: string) => void lines.push({ level, message });
const log: Logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };

const opened: Scheduler[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((scheduler) => scheduler.stop()));
  lines.length = 0;
});

let tasks = 0;
/** A name of its own, since all tests share one Redis. */
const newTask = () => `task-${(tasks += 1)}`;

async function until(check: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!check()) {
    if (Date.now() > deadline) throw new Error("did not happen in time");
    await sleep(10);
  }
}

const SIDES: [name: string, redisUrl: string | undefined][] = [["in this process", undefined]];
if (redis !== undefined) SIDES.push(["BullMQ on Redis", redis.url]);

describe.each(SIDES)("a scheduler: %s", (_, redisUrl) => {
  async function open(): Promise<Scheduler> {
    const scheduler = await openScheduler({ redisUrl, log });
    opened.push(scheduler);
    return scheduler;
  }

  test("an enqueued item runs once with its data", async () => {
    const scheduler = await open();
    const seen: unknown[] = [];
    const task = newTask();
    scheduler.define(task, async (data) => void seen.push(data));
    await scheduler.start();
    await scheduler.enqueue(task, { order: 7, names: ["a", "乙"] });
    await until(() => seen.length > 0);
    await sleep(100);
    expect(seen).toEqual([{ order: 7, names: ["a", "乙"] }]);
  });

  test("a delayed item waits for its time", async () => {
    const scheduler = await open();
    const task = newTask();
    const startedAt = performance.now();
    let ranAfterMs = 0;
    scheduler.define(task, async () => void (ranAfterMs = performance.now() - startedAt));
    await scheduler.start();
    await scheduler.enqueue(task, undefined, { delayMs: 400 });
    await until(() => ranAfterMs > 0);
    expect(ranAfterMs).toBeGreaterThanOrEqual(390);
  });

  test("an item with the key of one that waits is not added, one with the key of one that runs is", async () => {
    const scheduler = await open();
    const task = newTask();
    const seen: unknown[] = [];
    const { promise: gate, resolve: release } = Promise.withResolvers<void>();
    scheduler.define(task, async (data) => {
      seen.push(data);
      await gate;
    });
    await scheduler.start();
    await scheduler.enqueue(task, 1, { key: "same" });
    await until(() => seen.length === 1);
    await scheduler.enqueue(task, 2, { key: "same" });
    await scheduler.enqueue(task, 3, { key: "same" });
    await scheduler.enqueue(task, 4, { key: "other" });
    release();
    await until(() => seen.length === 3);
    await sleep(200);
    expect(seen).toEqual([1, 2, 4]);
  });

  test("a failed item is tried again with growing waits, then given up with a line in the log", async () => {
    const scheduler = await open();
    const task = newTask();
    const times: number[] = [];
    scheduler.define(
      task,
      async () => {
        times.push(performance.now());
        throw new Error("no luck");
      },
      { attempts: 3, backoffMs: 100 },
    );
    await scheduler.start();
    await scheduler.enqueue(task);
    await until(() => lines.some((line) => line.level === "error"));
    await sleep(500);
    expect(times).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(95);
    expect(third - second).toBeGreaterThanOrEqual(190);
    expect(lines.filter((line) => line.level === "warn")).toHaveLength(2);
  });

  test("no more items run at a time than the task allows", async () => {
    const scheduler = await open();
    const task = newTask();
    let active = 0;
    let most = 0;
    let done = 0;
    const run = async () => {
      most = Math.max(most, (active += 1));
      await sleep(50);
      active -= 1;
      done += 1;
    };
    scheduler.define(task, run, { concurrency: 3 });
    await scheduler.start();
    for (let item = 0; item < 12; item += 1) await scheduler.enqueue(task, item);
    await until(() => done === 12);
    expect(most).toBe(3);
  });

  test("a repeating task runs at once and again, never beside itself, also after a failure", async () => {
    const scheduler = await open();
    const task = newTask();
    let active = 0;
    let most = 0;
    let runs = 0;
    scheduler.define(task, async () => {
      most = Math.max(most, (active += 1));
      await sleep(120);
      active -= 1;
      runs += 1;
      if (runs === 1) throw new Error("the first time fails");
    });
    await scheduler.repeat(task, 50);
    await scheduler.start();
    await until(() => runs >= 4);
    expect(most).toBe(1);
    expect(lines.filter((line) => line.level === "error")).toHaveLength(1);
  });

  test("a stop waits for the run under way and takes no new one", async () => {
    const scheduler = await open();
    const task = newTask();
    let started = 0;
    let ended = 0;
    scheduler.define(task, async () => {
      started += 1;
      await sleep(300);
      ended += 1;
    });
    await scheduler.start();
    await scheduler.enqueue(task);
    await scheduler.enqueue(task);
    await until(() => started === 1);
    await scheduler.stop();
    expect([started, ended]).toEqual([1, 1]);
    await scheduler.stop();
  });
});

describe.skipIf(redis === undefined)("BullMQ on Redis", () => {
  const url = redis?.url ?? "";

  test("a repeating task runs once over all processes", async () => {
    const task = newTask();
    let active = 0;
    let most = 0;
    let runs = 0;
    for (let process = 0; process < 3; process += 1) {
      const scheduler = await openScheduler({ redisUrl: url, log });
      opened.push(scheduler);
      scheduler.define(task, async () => {
        most = Math.max(most, (active += 1));
        await sleep(80);
        active -= 1;
        runs += 1;
      });
      await scheduler.repeat(task, 200);
      await scheduler.start();
    }
    await until(() => runs >= 4);
    expect(most).toBe(1);
  });

  test("an item enqueued by a process that defines nothing runs where the task is defined", async () => {
    const task = newTask();
    const api = await openScheduler({ redisUrl: url, log });
    const worker = await openScheduler({ redisUrl: url, log });
    opened.push(api, worker);
    const seen: unknown[] = [];
    worker.define(task, async (data) => void seen.push(data));
    await worker.start();
    await api.enqueue(task, "hello");
    await until(() => seen.length === 1);
    expect(seen).toEqual(["hello"]);
  });

  test(
    "with Redis away an enqueue returns soon and says so, and repeats go on when it is back",
    { timeout: 60_000 },
    async () => {
      const first = await startRedis();
      if (first === undefined) return;
      const scheduler = await openScheduler({ redisUrl: first.url, log });
      opened.push(scheduler);
      const task = newTask();
      let runs = 0;
      scheduler.define(task, async () => void (runs += 1));
      await scheduler.repeat(task, 200);
      await scheduler.start();
      await until(() => runs >= 2);
      await first.stop();
      await until(() => lines.some((line) => line.message.includes("away")));
      const startedAt = performance.now();
      await scheduler.enqueue(task, "lost");
      expect(performance.now() - startedAt).toBeLessThan(3_000);
      expect(lines.some((line) => line.message.includes("a wake-up is lost"))).toBe(true);
      const before = runs;
      const second: RedisServer | undefined = await startRedis({ port: first.port });
      await until(() => runs >= before + 2, 40_000);
      await scheduler.stop();
      await second?.stop();
    },
  );
});
