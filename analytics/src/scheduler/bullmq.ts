import { setTimeout as sleep } from "node:timers/promises";
import { Queue, UnrecoverableError, Worker, type Job } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "../deps.ts";
import { connectConsumer, connectProducer } from "./redis.ts";
import { assertTaskName, backoffOf, reportFailure, taskOf, type TaskDefinition } from "./task.ts";
import type { EnqueueOptions, Scheduler } from "./scheduler.ts";

interface Payload {
  data?: unknown;
}

const PREFIX = "voxloop";
/** A lost Redis forgets the repeats, and BullMQ drops one whose next run it could not write: so they are put again. */
const ENSURE_REPEATS_EVERY_MS = 10_000;
const STOP_TIMEOUT_MS = 3_000;
/** How often to run is the worker's to say, which is not the process that enqueues. */
const ATTEMPTS_UNLIMITED = Number.MAX_SAFE_INTEGER;
const FORGET = { removeOnComplete: true, removeOnFail: true };

/** A scheduler over all processes that share one Redis; one BullMQ queue a task. */
export async function openBullmqScheduler(options: { redisUrl: string; log: Logger }): Promise<Scheduler> {
  const { redisUrl, log } = options;
  const tasks = new Map<string, TaskDefinition>();
  const queues = await openQueues(redisUrl, log);
  let workers: { stop(): Promise<void> } | undefined;
  let stopped: Promise<void> | undefined;
  return {
    define: (name, run, taskOptions) => void tasks.set(name, taskOf(name, run, taskOptions)),
    repeat: (task, everyMs) => queues.repeat(task, everyMs),
    enqueue: (task, data, enqueueOptions) => queues.add(task, data, enqueueOptions),
    async start() {
      workers ??= startWorkers({ redisUrl, log, tasks: [...tasks.values()] });
    },
    stop: () => (stopped ??= Promise.resolve(workers?.stop()).then(() => queues.close())),
  };
}

interface Queues {
  add(task: string, data: unknown, options?: EnqueueOptions): Promise<void>;
  repeat(task: string, everyMs: number): Promise<void>;
  close(): Promise<void>;
}

async function openQueues(redisUrl: string, log: Logger): Promise<Queues> {
  const redis = await connectProducer(redisUrl, log);
  const open = { redis, log, queues: new Map<string, Queue<Payload>>() };
  const repeats = new Map<string, number>();

  async function ensureRepeats(): Promise<void> {
    for (const [task, everyMs] of redis.status === "ready" ? repeats : [])
      await withQueue(open, task, (queue) => putRepeat(queue, task, everyMs));
  }

  redis.on("ready", () => void ensureRepeats());
  const timer = setInterval(() => void ensureRepeats(), ENSURE_REPEATS_EVERY_MS);
  return {
    async add(task, data, { delayMs = 0, key } = {}) {
      assertTaskName(task);
      const item = { ...FORGET, attempts: ATTEMPTS_UNLIMITED, backoff: { type: "custom" }, delay: delayMs };
      const once = key === undefined ? {} : { deduplication: { id: key } };
      await withQueue(open, task, (queue) => queue.add(task, { data }, { ...item, ...once }));
    },
    async repeat(task, everyMs) {
      assertTaskName(task);
      repeats.set(task, everyMs);
      await ensureRepeats();
    },
    async close() {
      clearInterval(timer);
      redis.disconnect();
      await Promise.allSettled([...open.queues.values()].map((queue) => queue.close()));
    },
  };
}

/** Uses a task's queue, or logs why not. It never throws, and never hangs because every command has its timeout. */
async function withQueue(
  { redis, queues, log }: { redis: Redis; queues: Map<string, Queue<Payload>>; log: Logger },
  task: string,
  use: (queue: Queue<Payload>) => Promise<unknown>,
): Promise<void> {
  if (redis.status !== "ready")
    return log.warn({ task }, "Redis is away: a wake-up is lost, repeats find the work");
  const queue = queues.get(task) ?? openQueue(redis, task);
  queues.set(task, queue);
  try {
    await use(queue);
  } catch (error) {
    // A queue whose first command failed stays broken: the next use opens another.
    queues.delete(task);
    log.warn({ task, err: error }, "Redis did not take it: a wake-up is lost, repeats find the work");
    await queue.close().catch(() => undefined);
  }
}

function openQueue(connection: Redis, task: string): Queue<Payload> {
  const queue = new Queue<Payload>(task, { connection, prefix: PREFIX });
  // The connection's state is logged once, by the connection.
  queue.on("error", () => undefined);
  return queue;
}

/** Safe to repeat: an unchanged repeat keeps its next run's time. */
async function putRepeat(queue: Queue<Payload>, task: string, everyMs: number): Promise<void> {
  await queue.setGlobalConcurrency(1);
  await queue.upsertJobScheduler(task, { every: everyMs }, { name: task, data: {}, opts: FORGET });
}

function startWorkers(of: { redisUrl: string; log: Logger; tasks: TaskDefinition[] }): {
  stop(): Promise<void>;
} {
  const { redisUrl, log, tasks } = of;
  const redis = connectConsumer(redisUrl, log);
  const underWay = new Set<Promise<void>>();
  const workers = tasks.map((task) => {
    const process = async (job: Job<Payload>): Promise<void> => {
      const run = runJob(task, job, log);
      underWay.add(run);
      await run.finally(() => underWay.delete(run));
    };
    return openWorker(redis, task, process);
  });
  return {
    async stop() {
      const closed = Promise.allSettled(workers.map((worker) => worker.close()));
      await Promise.allSettled(underWay);
      // Without Redis a worker would wait for ever to write down that its run is done.
      await Promise.race([closed, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
      redis.disconnect();
    },
  };
}

function openWorker(
  connection: Redis,
  task: TaskDefinition,
  process: (job: Job<Payload>) => Promise<void>,
): Worker<Payload> {
  const worker = new Worker<Payload>(task.name, process, {
    connection,
    prefix: PREFIX,
    concurrency: task.concurrency,
    // A run of a process that died is taken over after at most the sum of both.
    lockDuration: 15_000,
    stalledInterval: 5_000,
    maxStalledCount: 10,
    runRetryDelay: 1_000,
    settings: { backoffStrategy: (attempt) => backoffOf(task, attempt) },
  });
  worker.on("error", () => undefined);
  return worker;
}

async function runJob(task: TaskDefinition, job: Job<Payload>, log: Logger): Promise<void> {
  const attempt = job.repeatJobKey === undefined ? job.attemptsMade + 1 : undefined;
  // From here on the item waits no more: the same key may be added for what changes while it runs.
  if (job.deduplicationId !== undefined && attempt === 1) await job.removeDeduplicationKey();
  try {
    await task.run(job.data.data);
  } catch (error) {
    const isLast = reportFailure(log, { task, attempt, error });
    throw isLast ? new UnrecoverableError(String(error)) : error;
  }
}
