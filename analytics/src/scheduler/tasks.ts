/** Ids of tasks that one slice wakes and another runs; a job's `id` is its task. */
export const TASK = {
  deliverWebhooks: "deliver-webhooks",
  verifyIssues: "verify-issues",
} as const;
