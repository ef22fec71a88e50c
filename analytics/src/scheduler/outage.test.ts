import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort, startRedis, type RedisServer } from "@voxloop/testing";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Logger } from "../deps.ts";
import { openScheduler } from "./open.ts";
import type { Scheduler } from "./scheduler.ts";

const shared = await startRedis();
const servers: RedisServer[] = shared === undefined ? [] : [shared];
afterAll(() => Promise.all(servers.map((server) => server.stop())));

const lines: string[] = [];
const note = (_: object, message: string) => void lines.push(message);
const log: Logger = { debug: () => undefined, info: note, warn: note, error: note };

let scheduler: Scheduler | undefined;
beforeEach(() => void (lines.length = 0));
afterEach(() => scheduler?.stop());

async function until(check: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > deadline)
      throw new Error(`did not happen in ${timeoutMs} ms: ${lines.join("; ")}`);
    await sleep(10);
  }
}

async function start(redisUrl: string, task: string, run: () => Promise<void>): Promise<Scheduler> {
  scheduler = await openScheduler({ redisUrl, log });
  scheduler.define(task, run);
  await scheduler.repeat(task, 100);
  await scheduler.start();
  return scheduler;
}

describe.skipIf(shared === undefined)("when Redis fails", { timeout: 60_000 }, () => {
  const url = shared?.url ?? "";

  test("a start without Redis is no error, and the work begins when it comes", async () => {
    const port = await freePort();
    let runs = 0;
    await start(`redis://127.0.0.1:${port}`, "late", async () => void (runs += 1));
    expect(runs).toBe(0);
    const late = await startRedis({ port });
    if (late !== undefined) servers.push(late);
    await until(() => runs >= 2);
    expect(lines.filter((line) => line.includes("Redis is away"))).toHaveLength(1);
    expect(lines).toContain("Redis is back");
  });

  test("an enqueue to a Redis that hangs gives up within 3 s, and the work goes on after", async () => {
    let runs = 0;
    const running = await start(url, "hung", async () => void (runs += 1));
    await until(() => runs >= 1);
    const admin = new Redis(url);
    await admin.call("CLIENT", "PAUSE", "4000", "ALL");
    const startedAt = performance.now();
    await running.enqueue("hung");
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(lines.some((line) => line.includes("a wake-up is lost"))).toBe(true);
    const before = runs;
    await until(() => runs >= before + 3, 20_000);
    admin.disconnect();
  });

  test("a Redis that forgot everything learns the repeats again", async () => {
    let runs = 0;
    await start(url, "forgotten", async () => void (runs += 1));
    await until(() => runs >= 1);
    const admin = new Redis(url);
    await admin.flushall();
    admin.disconnect();
    const before = runs;
    await until(() => runs >= before + 3, 20_000);
  });

  test("a stop without Redis waits for the run under way, and ends", async () => {
    const server = await startRedis();
    if (server === undefined) return;
    let started = 0;
    let ended = 0;
    const running = await start(server.url, "stopped", async () => {
      started += 1;
      await sleep(800);
      ended += 1;
    });
    await until(() => started === 1);
    await server.stop();
    const startedAt = performance.now();
    await running.stop();
    expect(ended).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
  });

  test("a repeating task goes on elsewhere when its worker was killed in the middle of a run", async () => {
    const folder = await mkdtemp(join(tmpdir(), "voxloop-worker-"));
    const file = join(folder, "runs");
    const fixture = fileURLToPath(new URL("worker.fixture.ts", import.meta.url));
    const worker = spawn(process.execPath, [fixture, url, "orphaned", file], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    await until(() => existsSync(file), 20_000);
    let runs = 0;
    await start(url, "orphaned", async () => void (runs += 1));
    await sleep(1_000);
    expect(runs).toBe(0);
    worker.kill("SIGKILL");
    await until(() => runs >= 3, 40_000);
    expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(1);
    await rm(folder, { recursive: true, force: true });
  });
});
