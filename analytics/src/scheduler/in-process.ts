import type { Logger } from "../deps.ts";
import { backoffOf, reportFailure, taskOf, type TaskDefinition } from "./task.ts";
import type { Scheduler } from "./scheduler.ts";

interface Lane extends TaskDefinition {
  everyMs: number | undefined;
  active: number;
  waiting: Item[];
  keys: Set<string>;
}

interface Item {
  data: unknown;
  key?: string | undefined;
  /** Counts from 1; unset marks a repeated run, whose next repetition is its retry. */
  attempt?: number;
}

/** A scheduler that lives and dies with this process; for one process that has no Redis. */
export function createInProcessScheduler({ log }: { log: Logger }): Scheduler {
  const lanes = new Map<string, Lane>();
  const timers = new Set<NodeJS.Timeout>();
  const underWay = new Set<Promise<void>>();
  let isRunning = false;
  let isStopped = false;

  function after(delayMs: number, then: () => void): void {
    if (isStopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      then();
    }, delayMs);
    timers.add(timer);
  }

  function put(lane: Lane, item: Item): void {
    lane.waiting.push(item);
    pump(lane);
  }

  function pump(lane: Lane): void {
    // A repeating task never overlaps itself, whoever asked for the run.
    const limit = lane.everyMs === undefined ? lane.concurrency : 1;
    while (isRunning && lane.active < limit) {
      const item = lane.waiting.shift();
      if (item === undefined) return;
      lane.active++;
      const run = runItem(lane, item).finally(() => {
        lane.active--;
        underWay.delete(run);
        pump(lane);
      });
      underWay.add(run);
    }
  }

  async function runItem(lane: Lane, item: Item): Promise<void> {
    if (item.key !== undefined) lane.keys.delete(item.key);
    const startedMs = performance.now();
    try {
      await lane.run(item.data);
    } catch (error) {
      const isLast = reportFailure(log, { task: lane, attempt: item.attempt, error });
      if (item.attempt !== undefined && !isLast) {
        const again = { data: item.data, attempt: item.attempt + 1 };
        after(backoffOf(lane, item.attempt), () => put(lane, again));
      }
    }
    if (item.attempt === undefined && lane.everyMs !== undefined) {
      after(Math.max(0, lane.everyMs - (performance.now() - startedMs)), () => put(lane, item));
    }
  }

  return {
    define(task, run, options) {
      const lane = {
        ...taskOf(task, run, options),
        everyMs: undefined,
        active: 0,
        waiting: [],
        keys: new Set<string>(),
      };
      lanes.set(task, lane);
    },
    async repeat(task, everyMs) {
      const lane = lanes.get(task);
      if (lane === undefined) throw new Error(`the task ${task} repeats but nothing defines it`);
      const isFirst = lane.everyMs === undefined;
      lane.everyMs = everyMs;
      if (isFirst) put(lane, { data: undefined });
    },
    async enqueue(task, data, { delayMs = 0, key } = {}) {
      const lane = lanes.get(task);
      if (lane === undefined || isStopped) return log.debug({ task }, "nothing here runs this task");
      if (key !== undefined && lane.keys.has(key)) return;
      if (key !== undefined) lane.keys.add(key);
      // What a queue on Redis would hand over, so that a task cannot come to depend on more.
      const copy: unknown = data === undefined ? undefined : JSON.parse(JSON.stringify(data));
      const item = { data: copy, key, attempt: 1 };
      if (delayMs > 0) after(delayMs, () => put(lane, item));
      else put(lane, item);
    },
    async start() {
      isRunning = true;
      for (const lane of lanes.values()) pump(lane);
    },
    async stop() {
      isRunning = false;
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(underWay);
    },
  };
}
