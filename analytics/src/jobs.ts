import { openErrorIssuesJob } from "./errors/job.ts";
import type { Job } from "./scheduler/job.ts";

/** Everything the worker repeats; adding a job is one line here. */
export const jobs: readonly Job[] = [openErrorIssuesJob];
