import type { Deps } from "./deps.ts";
import { jobs as allJobs } from "./jobs.ts";
import type { Job } from "./scheduler/job.ts";

export interface Worker {
  /** Takes no new run and waits for those under way. */
  stop(): Promise<void>;
}

/** Repeats every job on the scheduler, which logs one that fails and tries it again; it stops no other. */
export async function startWorker(deps: Deps, jobs: readonly Job[] = allJobs): Promise<Worker> {
  for (const job of jobs) deps.scheduler.define(job.id, () => job.run(deps));
  for (const job of jobs) await deps.scheduler.repeat(job.id, job.everyMs);
  await deps.scheduler.start();
  return { stop: () => deps.scheduler.stop() };
}
