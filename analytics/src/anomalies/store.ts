import { schema, type Ledger } from "@voxloop/ledger";
import { and, desc, eq, inArray, isNotNull, ne, or } from "drizzle-orm";
import { anomaly, type Anomaly } from "./anomaly.ts";
import type { Finding } from "./find.ts";
import type { GroupFacts } from "./query.ts";

const { anomalies, errorGroups, issues, projects } = schema;

/** What an issue about an error group has as its cause. */
export const causeOf = (fingerprint: string): string => `error:${fingerprint}`;

/** Groups that people archived or discarded: of them nothing is told. */
export async function hiddenGroups({ db }: Ledger, projectId: string): Promise<Set<string>> {
  const rows = await db
    .select({ fingerprint: errorGroups.fingerprint })
    .from(errorGroups)
    .where(
      and(
        eq(errorGroups.projectId, projectId),
        or(isNotNull(errorGroups.archive), eq(errorGroups.isDiscarded, true)),
      ),
    );
  return new Set(rows.map(({ fingerprint }) => fingerprint));
}

/**
 * Replaces what a project was told. A spike that goes on keeps its beginning: hours are cut anew each time, and would move it.
 * Answers what was stored.
 */
export async function replaceAnomalies(
  { db }: Ledger,
  of: { projectId: string; findings: readonly Finding[]; facts: ReadonlyMap<string, GroupFacts> },
): Promise<Finding[]> {
  const { projectId, findings, facts } = of;
  return db.transaction(async (tx) => {
    // Two processes that find at the same time replace one after the other.
    await tx
      .select({ id: projects.id })
      .from(projects)
      .where(eq(projects.id, projectId))
      .for("no key update");
    const before = await tx.select().from(anomalies).where(eq(anomalies.projectId, projectId));
    const sinceOf = new Map(before.filter(isSpiking).map((row) => [row.fingerprint, row.since]));
    const kept = findings.map((finding) => {
      const since = finding.kind === "spiking" ? sinceOf.get(finding.fingerprint) : undefined;
      return { ...finding, since: since ?? finding.since };
    });
    await tx.delete(anomalies).where(eq(anomalies.projectId, projectId));
    const rows = kept.map((finding) => {
      const { title = "", code = "", flow = "" } = facts.get(finding.fingerprint) ?? {};
      return { projectId, ...finding, title, code, flow };
    });
    if (rows.length > 0) await tx.insert(anomalies).values(rows);
    return kept;
  });
}

const isSpiking = ({ kind }: { kind: string }) => kind === "spiking";

/** What is out of the ordinary now, the newest first, with the open issue of each. */
export async function listAnomalies({ db }: Ledger, projectId: string): Promise<Anomaly[]> {
  const rows = await db
    .select()
    .from(anomalies)
    .where(eq(anomalies.projectId, projectId))
    .orderBy(desc(anomalies.since), anomalies.fingerprint);
  const open = await openIssues(
    { db },
    projectId,
    rows.map(({ fingerprint }) => fingerprint),
  );
  return rows.map((row) =>
    anomaly.parse({
      ...row,
      since: row.since.toISOString(),
      until: row.until.toISOString(),
      issueId: open.get(row.fingerprint)?.id ?? null,
    }),
  );
}

/** The open issue of each group that has one. */
export async function openIssues({ db }: Pick<Ledger, "db">, projectId: string, groups: readonly string[]) {
  if (groups.length === 0) return new Map<string, typeof issues.$inferSelect>();
  const rows = await db
    .select()
    .from(issues)
    .where(
      and(
        eq(issues.projectId, projectId),
        ne(issues.state, "closed"),
        inArray(issues.cause, groups.map(causeOf)),
      ),
    );
  return new Map(rows.map((row) => [row.cause.slice(causeOf("").length), row]));
}
