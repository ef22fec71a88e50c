import { schema, type Ledger, type LedgerDatabase } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { closeReason, issueEvidence, issueRelease, issueState, severity, TRANSITIONS } from "./issue.ts";
import type { Issue, TimelineEntry } from "./issue.ts";

export type IssueRow = typeof schema.issues.$inferSelect;

/** The ledger's `db` inside a transaction. */
export type Tx = Parameters<Parameters<LedgerDatabase["transaction"]>[0]>[0];

/** An issue as the API tells it. */
export function toIssue(row: IssueRow): Issue {
  const state = issueState.parse(row.state);
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    state,
    closeReason: closeReason.nullable().parse(row.closeReason),
    severity: severity.parse(row.severity),
    owner: row.owner,
    dueAt: row.dueAt?.toISOString() ?? null,
    flow: row.flow,
    evidence: issueEvidence.parse(row.evidence),
    release: issueRelease.nullable().parse(row.release),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    legalTransitions: [...TRANSITIONS[state]],
  };
}

const timelineData = z.record(z.string(), z.unknown());

export function toTimelineEntry(row: typeof schema.issueTimeline.$inferSelect): TimelineEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor,
    kind: row.kind as TimelineEntry["kind"],
    data: timelineData.parse(row.data),
  };
}

/** Adds to an issue's timeline, in the transaction of the change it tells. */
export async function writeTimeline(
  tx: Pick<Tx, "insert">,
  entry: { issueId: string; at: Date; actor: string; kind: TimelineEntry["kind"]; data: object },
): Promise<void> {
  await tx.insert(schema.issueTimeline).values(entry);
}

/** The error group an issue is about; "" of one that is about none. */
export function fingerprintOf({ cause, evidence }: Pick<IssueRow, "cause" | "evidence">): string {
  return cause.startsWith("error:")
    ? cause.slice("error:".length)
    : issueEvidence.parse(evidence).fingerprint;
}

/** How long after an error a success of the same flow makes it harmless, in seconds. */
export async function recoveryWindowOf(ledger: Ledger, projectId: string): Promise<number> {
  const [project] = await ledger.db
    .select({ seconds: schema.projects.recoveryWindowSeconds })
    .from(schema.projects)
    .where(eq(schema.projects.id, projectId));
  if (project === undefined) throw new Error(`There is no project ${JSON.stringify(projectId)}`);
  return project.seconds;
}
