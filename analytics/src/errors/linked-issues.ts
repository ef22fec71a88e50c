import { schema, type Ledger } from "@voxloop/ledger";
import { and, desc, eq, gt, inArray, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Range } from "../http/range.ts";
import type { ErrorDetail } from "./error-group.ts";

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

const MOST_INCIDENTS = 20;

/** When people worked on the group within the range: its issues, from their opening to their end, the latest first. */
export async function incidentsOf(
  ledger: Ledger,
  { projectId, range }: { projectId: string; range: Range },
  fingerprint: string,
): Promise<ErrorDetail["incidents"]> {
  const { issues } = schema;
  const rows = await ledger.db
    .select({ issueId: issues.id, number: issues.number, from: issues.createdAt, to: issues.closedAt })
    .from(issues)
    .where(
      and(
        eq(issues.projectId, projectId),
        eq(issues.cause, causeOf(fingerprint)),
        lt(issues.createdAt, range.to),
        or(isNull(issues.closedAt), gt(issues.closedAt, range.from)),
      ),
    )
    .orderBy(desc(issues.createdAt))
    .limit(MOST_INCIDENTS);
  return rows.map((row) => ({
    ...row,
    from: row.from.toISOString(),
    to: row.to?.toISOString() ?? null,
  }));
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
