import type { Logger } from "../deps.ts";
import type { TaskOptions } from "./scheduler.ts";

/** A defined task with its defaults filled in. */
export interface TaskDefinition extends Required<TaskOptions> {
  name: string;
  run: (data: unknown) => Promise<void>;
}

export function taskOf(
  name: string,
  run: (data: unknown) => Promise<void>,
  options: TaskOptions = {},
): TaskDefinition {
  assertTaskName(name);
  return { name, run, concurrency: 1, attempts: 5, backoffMs: 1000, ...options };
}

/** Task names become Redis keys, where `:` separates. */
export function assertTaskName(name: string): void {
  if (!/^[\w.-]+$/.test(name)) throw new Error(`not a task name: ${JSON.stringify(name)}`);
}

/** How long to wait after the failed attempt (1 is the first). */
export function backoffOf(task: TaskDefinition, attempt: number): number {
  return task.backoffMs * 2 ** (attempt - 1);
}

/** Logs a failed run and says whether its item is given up. A run without an attempt is a repetition. */
export function reportFailure(
  log: Logger,
  { task, attempt, error }: { task: TaskDefinition; attempt: number | undefined; error: unknown },
): boolean {
  const fields = { task: task.name, attempt, err: error };
  if (attempt === undefined) log.error(fields, "a repeated run failed; the next one tries again");
  else if (attempt >= task.attempts) log.error(fields, "a run failed for the last time; it is given up");
  else log.warn({ ...fields, retryInMs: backoffOf(task, attempt) }, "a run failed; it is tried again");
  return attempt === undefined || attempt >= task.attempts;
}
