import { schema, type Ledger } from "@voxloop/ledger";
import { and, asc, desc, eq, gt, lt, ne } from "drizzle-orm";
import { Problem } from "../http/problem.ts";
import type { IssueList, IssueState, TimelineEntry, Verification } from "./issue.ts";
import { verdict, verificationPlan, verificationResult } from "./issue.ts";
import { findIssue, type IssueKey } from "./lock.ts";
import { toIssue, toTimelineEntry } from "./row.ts";

export interface Page {
  limit: number;
  cursor?: string | undefined;
}

/** Issues of a project, newest first; `open` is every state but closed. */
export async function listIssues(
  ledger: Ledger,
  of: Page & { projectId: string; state?: IssueState | "open" | undefined },
): Promise<IssueList> {
  const { issues } = schema;
  const rows = await ledger.db
    .select()
    .from(issues)
    .where(
      and(
        eq(issues.projectId, of.projectId),
        of.state === "open" ? ne(issues.state, "closed") : of.state && eq(issues.state, of.state),
        of.cursor === undefined ? undefined : lt(issues.number, toPosition(of.cursor)),
      ),
    )
    .orderBy(desc(issues.number))
    .limit(of.limit + 1);
  const items = rows.slice(0, of.limit).map(toIssue);
  return { items, nextCursor: rows.length > of.limit ? String(items.at(-1)?.number) : null };
}

/** What happened to an issue, oldest first. */
export async function listTimeline(
  ledger: Ledger,
  of: IssueKey & Page,
): Promise<{ items: TimelineEntry[]; nextCursor: string | null }> {
  const { id } = await findIssue(ledger.db, of);
  const { issueTimeline } = schema;
  const rows = await ledger.db
    .select()
    .from(issueTimeline)
    .where(
      and(
        eq(issueTimeline.issueId, id),
        of.cursor === undefined ? undefined : gt(issueTimeline.id, toPosition(of.cursor)),
      ),
    )
    .orderBy(asc(issueTimeline.id))
    .limit(of.limit + 1);
  const items = rows.slice(0, of.limit).map(toTimelineEntry);
  return { items, nextCursor: rows.length > of.limit ? String(items.at(-1)?.id) : null };
}

/** The latest verification of an issue with all its looks; 404 before the issue was released. */
export async function readVerification(ledger: Ledger, key: IssueKey): Promise<Verification> {
  const { id } = await findIssue(ledger.db, key);
  const { verifications, verificationLooks } = schema;
  const [row] = await ledger.db
    .select()
    .from(verifications)
    .where(eq(verifications.issueId, id))
    .orderBy(desc(verifications.startedAt))
    .limit(1);
  if (row === undefined) {
    throw new Problem(404, "No verification", { detail: "It begins when the issue is released." });
  }
  const rows = await ledger.db
    .select({ result: verificationLooks.result })
    .from(verificationLooks)
    .where(eq(verificationLooks.verificationId, row.id))
    .orderBy(asc(verificationLooks.id));
  const looks = rows.map(({ result }) => verificationResult.parse(result));
  return {
    issueId: id,
    plan: verificationPlan.parse(row.plan),
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    verdict: verdict.parse(row.verdict),
    latest: looks.at(-1) ?? null,
    looks,
  };
}

function toPosition(cursor: string): number {
  const position = Number(cursor);
  if (Number.isSafeInteger(position)) return position;
  throw new Problem(400, "Invalid request", { detail: "cursor: is not one this list gave" });
}
