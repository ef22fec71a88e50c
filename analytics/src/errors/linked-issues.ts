import { schema, type Ledger } from "@voxloop/ledger";
import { and, eq, inArray, ne, sql } from "drizzle-orm";

/** What an issue about an error group has as its cause. */
export const causeOf = (fingerprint: string): string => `error:${fingerprint}`;

/** An open issue, and whether it was closed as fixed before and opened again. */
export interface OpenIssue {
  id: string;
  hasRegressed: boolean;
}

/** The open issue of each fingerprint that has one. */
export async function openIssuesOf(
  ledger: Ledger,
  projectId: string,
  fingerprints: readonly string[],
): Promise<Map<string, OpenIssue>> {
  if (fingerprints.length === 0) return new Map();
  const { issues } = schema;
  const rows = await ledger.db
    .select({ id: issues.id, cause: issues.cause })
    .from(issues)
    .where(
      and(
        eq(issues.projectId, projectId),
        ne(issues.state, "closed"),
        inArray(issues.cause, fingerprints.map(causeOf)),
      ),
    );
  const regressed = await regressedAmong(
    ledger,
    rows.map(({ id }) => id),
  );
  return new Map(
    rows.map(({ id, cause }) => [cause.slice(causeOf("").length), { id, hasRegressed: regressed.has(id) }]),
  );
}

async function regressedAmong(ledger: Ledger, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { issueTimeline } = schema;
  const rows = await ledger.db
    .selectDistinct({ id: issueTimeline.issueId })
    .from(issueTimeline)
    .where(
      and(
        inArray(issueTimeline.issueId, [...ids]),
        eq(issueTimeline.kind, "transition"),
        eq(sql`${issueTimeline.data}->>'reason'`, "regressed"),
      ),
    );
  return new Set(rows.map(({ id }) => id));
}
