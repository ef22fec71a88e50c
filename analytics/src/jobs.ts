import { findAnomaliesJob } from "./anomalies/job.ts";
import { groupBySourceJob } from "./errors/groups/by-source.ts";
import { keepGroupsJob } from "./errors/groups/job.ts";
import { openErrorIssuesJob } from "./errors/job.ts";
import { settleErrorsJob } from "./errors/settle-job.ts";
import { findDropsJob } from "./funnels/drops/job.ts";
import { followMergesJob } from "./issues/follow-merges.ts";
import { verifyIssuesJob } from "./issues/job.ts";
import type { Job } from "./scheduler/job.ts";
import { deleteUnusedMapsJob } from "./source-maps/job.ts";
import { scoreVoicesJob } from "./voices/job.ts";
import { rescoreVoicesJob } from "./voices/rescore-job.ts";
import { deliverWebhooksJob } from "./webhooks/job.ts";

/** Everything the worker repeats; adding a job is one line here. */
export const jobs: readonly Job[] = [
  scoreVoicesJob,
  rescoreVoicesJob,
  openErrorIssuesJob,
  keepGroupsJob,
  groupBySourceJob,
  settleErrorsJob,
  findAnomaliesJob,
  findDropsJob,
  followMergesJob,
  verifyIssuesJob,
  deliverWebhooksJob,
  deleteUnusedMapsJob,
];
