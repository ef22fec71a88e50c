export interface TaskOptions {
  /** How many runs of this task may be under way at a time in one process. */
  concurrency?: number;
  /** Runs of one enqueued item before it is given up, the first included. */
  attempts?: number;
  /** Wait before the second run; it doubles with every further one. */
  backoffMs?: number;
}

export interface EnqueueOptions {
  delayMs?: number;
  /** An item with the key of one that is still waiting is not added again. */
  key?: string;
}

/**
 * Wakes work. It holds no truth: what must happen is written in the ledger, and a repeating task finds it there, so
 * losing every item of the queue loses nothing. Runs may therefore happen twice and must be safe to.
 */
export interface Scheduler {
  /** Says what a task does; before `start`. A process that only enqueues defines nothing. */
  define(task: string, run: (data: unknown) => Promise<void>, options?: TaskOptions): void;
  /** Runs a task every so often, once over all processes that share the queue; the first run is due at once. */
  repeat(task: string, everyMs: number): Promise<void>;
  /** Runs a task soon. `data` must be JSON. */
  enqueue(task: string, data?: unknown, options?: EnqueueOptions): Promise<void>;
  /** Begins to run defined tasks in this process. */
  start(): Promise<void>;
  /** Takes no new run, waits for those under way, and closes what it opened. */
  stop(): Promise<void>;
}
