import { schema, type Ledger } from "@voxloop/ledger";
import { count, eq } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import type { Overview } from "./overview.ts";
import {
  countActivity,
  countBlocked,
  hearVoices,
  overviewSeries,
  shareOfSuccess,
  type OverviewQuestion,
} from "./query.ts";

/** The start page's numbers. */
export async function reportOverview(
  { warehouse, ledger }: Pick<Deps, "warehouse" | "ledger">,
  question: OverviewQuestion,
): Promise<Overview> {
  const [activity, blocked, success, voices, series, issuesByState] = await Promise.all([
    countActivity(warehouse, question),
    countBlocked(warehouse, question),
    shareOfSuccess(warehouse, question),
    hearVoices(warehouse, question),
    overviewSeries(warehouse, question),
    countIssues(ledger, question.projectId),
  ]);
  const { customers, previousCustomers } = activity;
  return {
    from: question.range.from.toISOString(),
    to: question.range.to.toISOString(),
    customers,
    previousCustomers,
    ...blocked,
    ...success,
    errorFreeSessions: errorFree(activity.sessions, activity.errorSessions),
    previousErrorFreeSessions: errorFree(activity.previousSessions, activity.previousErrorSessions),
    ...voices,
    openIssues: Object.entries(issuesByState).reduce(
      (sum, [state, n]) => sum + (state === "closed" ? 0 : n),
      0,
    ),
    issuesByState,
    series,
  };
}

function errorFree(sessions: number, withErrors: number): number | null {
  return sessions === 0 ? null : (sessions - withErrors) / sessions;
}

async function countIssues(ledger: Ledger, projectId: string): Promise<Record<string, number>> {
  const { issues } = schema;
  const rows = await ledger.db
    .select({ state: issues.state, issues: count() })
    .from(issues)
    .where(eq(issues.projectId, projectId))
    .groupBy(issues.state);
  return Object.fromEntries(rows.map((row) => [row.state, row.issues]));
}
