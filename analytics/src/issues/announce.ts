import { writeOutbox } from "@voxloop/ledger";
import type { Deps } from "../deps.ts";
import { TASK } from "../scheduler/tasks.ts";
import { toIssue, writeTimeline, type IssueRow, type Tx } from "./row.ts";
import type { TimelineEntry } from "./issue.ts";

export interface Change {
  /** The issue as it is after the change. */
  row: IssueRow;
  at: Date;
  actor: string;
  kind: TimelineEntry["kind"];
  data: Record<string, unknown>;
  /** The message that leaves the system; none for a change that only people here care about. */
  message?: "issue.opened" | "issue.transitioned" | "issue.verdict";
}

/** Tells a change to the timeline and to the outbox, in the transaction that makes it. Afterwards call `wakeDeliveries`. */
export async function announce(tx: Tx, deps: Deps, change: Change): Promise<void> {
  const { row, at, actor, kind, data, message } = change;
  await writeTimeline(tx, { issueId: row.id, at, actor, kind, data });
  if (message === undefined) return;
  const url = `${deps.publicUrl}/issues/${row.id}?project=${encodeURIComponent(row.projectId)}`;
  await writeOutbox(tx, {
    projectId: row.projectId,
    type: message,
    at,
    data: {
      issue: toIssue(row),
      url,
      actor,
      ...data,
    },
  });
}

/** Wakes the sender after a commit; when that fails, the sender finds the message on its next round. */
export async function wakeDeliveries(deps: Deps): Promise<void> {
  await wake(deps, TASK.deliverWebhooks);
}

export async function wake(deps: Deps, task: string): Promise<void> {
  try {
    await deps.scheduler.enqueue(task, {}, { key: task });
  } catch (error) {
    deps.log.warn({ error, task }, "The queue is away; the repeating run will do it");
  }
}
