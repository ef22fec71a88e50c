import type { Logger } from "../deps.ts";
import { createLane, type Lane } from "./lane.ts";
import type { Scheduler } from "./scheduler.ts";
import { assertTaskName, taskOf } from "./task.ts";

/** A scheduler that lives and dies with this process; for one process that has no Redis. */
export function createInProcessScheduler({ log }: { log: Logger }): Scheduler {
  const lanes = new Map<string, Lane>();
  return {
    define: (task, run, options) => void lanes.set(task, createLane(taskOf(task, run, options), log)),
    async repeat(task, everyMs) {
      const lane = lanes.get(task);
      if (lane === undefined) throw new Error(`the task ${task} repeats, but nothing defines it`);
      lane.repeat(everyMs);
    },
    async enqueue(task, data, { delayMs = 0, key } = {}) {
      assertTaskName(task);
      const lane = lanes.get(task);
      if (lane === undefined) return log.debug({ task }, "nothing in this process runs the task");
      // What a queue on Redis would hand over, so that a task cannot come to depend on more.
      const copy: unknown = data === undefined ? undefined : JSON.parse(JSON.stringify(data));
      lane.add(copy, { delayMs, key });
    },
    async start() {
      for (const lane of lanes.values()) lane.start();
    },
    async stop() {
      await Promise.all([...lanes.values()].map((lane) => lane.stop()));
    },
  };
}
