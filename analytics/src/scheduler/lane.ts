import type { Logger } from "../deps.ts";
import { backoffOf, reportFailure, type TaskDefinition } from "./task.ts";

/** One task's queue within this process: runs what waits in order of arrival, as many at a time as the task allows. */
export interface Lane {
  add(data: unknown, options: { delayMs: number; key: string | undefined }): void;
  repeat(everyMs: number): void;
  start(): void;
  /** Drops what waits, and resolves when the runs under way have ended. */
  stop(): Promise<void>;
}

interface State {
  task: TaskDefinition;
  log: Logger;
  mode: "not started" | "running" | "stopped";
  everyMs: number | undefined;
  waiting: Item[];
  /** Of items that have not begun. */
  keys: Set<string>;
  timers: Set<NodeJS.Timeout>;
  underWay: Set<Promise<void>>;
}

interface Item {
  data: unknown;
  key?: string | undefined;
  /** Counts from 1; unset marks a repetition, whose retry is the next one. */
  attempt?: number;
}

export function createLane(task: TaskDefinition, log: Logger): Lane {
  const lane: State = {
    task,
    log,
    mode: "not started",
    everyMs: undefined,
    waiting: [],
    keys: new Set(),
    timers: new Set(),
    underWay: new Set(),
  };
  return {
    add(data, { delayMs, key }) {
      if (key !== undefined && lane.keys.has(key)) return;
      if (key !== undefined) lane.keys.add(key);
      putAfter(lane, delayMs, { data, key, attempt: 1 });
    },
    repeat(everyMs) {
      const isFirst = lane.everyMs === undefined;
      lane.everyMs = everyMs;
      if (isFirst) putAfter(lane, 0, { data: undefined });
    },
    start() {
      if (lane.mode === "not started") lane.mode = "running";
      pump(lane);
    },
    async stop() {
      lane.mode = "stopped";
      for (const timer of lane.timers) clearTimeout(timer);
      await Promise.all(lane.underWay);
    },
  };
}

function putAfter(lane: State, delayMs: number, item: Item): void {
  if (lane.mode === "stopped") return;
  if (delayMs <= 0) {
    lane.waiting.push(item);
    return pump(lane);
  }
  const timer = setTimeout(() => {
    lane.timers.delete(timer);
    putAfter(lane, 0, item);
  }, delayMs);
  lane.timers.add(timer);
}

function pump(lane: State): void {
  // A repeating task never overlaps itself, whoever asked for the run.
  const limit = lane.everyMs === undefined ? lane.task.concurrency : 1;
  while (lane.mode === "running" && lane.underWay.size < limit) {
    const item = lane.waiting.shift();
    if (item === undefined) return;
    const run = runItem(lane, item).finally(() => {
      lane.underWay.delete(run);
      pump(lane);
    });
    lane.underWay.add(run);
  }
}

async function runItem(lane: State, item: Item): Promise<void> {
  const { task, log } = lane;
  const { data, attempt, key } = item;
  if (key !== undefined) lane.keys.delete(key);
  const startedMs = performance.now();
  try {
    await task.run(data);
  } catch (error) {
    const isLast = reportFailure(log, { task, attempt, error });
    if (attempt !== undefined && !isLast)
      putAfter(lane, backoffOf(task, attempt), { data, attempt: attempt + 1 });
  }
  if (attempt === undefined && lane.everyMs !== undefined) {
    putAfter(lane, lane.everyMs - (performance.now() - startedMs), item);
  }
}
