import { expect, test } from "vitest";
import type { Deps } from "./deps.ts";
import { jobs } from "./jobs.ts";
import { openScheduler } from "./scheduler/open.ts";
import { startWorker } from "./worker.ts";

test("a job that fails is logged, tried again, and stops no other", async () => {
  const logged: object[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => void logged.push(fields) };
  // These jobs touch nothing but the scheduler.
  const deps = { scheduler: await openScheduler({ log }), log } as unknown as Deps;
  const runs = { failing: 0, other: 0 };
  const worker = await startWorker(deps, [
    {
      id: "failing",
      everyMs: 10,
      run: async () => {
        runs.failing++;
        throw new Error("no");
      },
    },
    { id: "other", everyMs: 10, run: async () => void runs.other++ },
  ]);
  while (runs.failing < 2 || runs.other < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await worker.stop();
  const counted = { ...runs };
  expect(logged).toHaveLength(counted.failing);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(runs).toEqual(counted);
});

test("every job has a name of its own", () => {
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
});
