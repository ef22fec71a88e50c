import { schema, type Ledger, type LedgerDatabase } from "@voxloop/ledger";
import { and, eq, inArray, isNotNull, isNull, or } from "drizzle-orm";
import type { GROUP_CHANGES } from "./group.ts";

const { errorGroups, errorGroupChanges, projects } = schema;

export type GroupRow = typeof errorGroups.$inferSelect;
export type Tx = Parameters<Parameters<LedgerDatabase["transaction"]>[0]>[0];

export interface GroupKey {
  projectId: string;
  fingerprint: string;
}

/** Serialises a project's decisions about groups, so that two of them never make a chain of merges. */
export async function lockGroups(tx: Tx, projectId: string): Promise<void> {
  await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for("no key update");
}

/** Rows of the given fingerprints; one that nothing was decided about has none. */
export async function findRows(
  db: Pick<Tx, "select">,
  { projectId, fingerprints }: { projectId: string; fingerprints: readonly string[] },
): Promise<Map<string, GroupRow>> {
  const rows = await db
    .select()
    .from(errorGroups)
    .where(and(eq(errorGroups.projectId, projectId), inArray(errorGroups.fingerprint, [...fingerprints])));
  return new Map(rows.map((row) => [row.fingerprint, row]));
}

/** The group that a fingerprint belongs to: its own, or the one that it was merged into. */
export async function groupOf({ db }: Ledger, { projectId, fingerprint }: GroupKey): Promise<string> {
  const row = (await findRows(db, { projectId, fingerprints: [fingerprint] })).get(fingerprint);
  return row?.mergedInto ?? fingerprint;
}

/** The fingerprints that were merged into any of the given groups. */
export async function membersOf(
  db: Pick<Tx, "select">,
  { projectId, fingerprints }: { projectId: string; fingerprints: readonly string[] },
): Promise<string[]> {
  const rows = await db
    .select({ fingerprint: errorGroups.fingerprint })
    .from(errorGroups)
    .where(and(eq(errorGroups.projectId, projectId), inArray(errorGroups.mergedInto, [...fingerprints])))
    .orderBy(errorGroups.fingerprint);
  return rows.map((row) => row.fingerprint);
}

/** Groups that the list does not show: archived or discarded. */
export async function hiddenRows(ledger: Ledger, projectId: string): Promise<GroupRow[]> {
  return ledger.db
    .select()
    .from(errorGroups)
    .where(
      and(
        eq(errorGroups.projectId, projectId),
        isNull(errorGroups.mergedInto),
        or(isNotNull(errorGroups.archive), errorGroups.isDiscarded),
      ),
    )
    .orderBy(errorGroups.updatedAt);
}

type Decision = Partial<Pick<GroupRow, "mergedInto" | "archive" | "isDiscarded" | "title" | "revision">>;

/** Writes what was decided about a fingerprint. */
export async function decide(
  tx: Tx,
  { projectId, fingerprint }: GroupKey,
  of: { at: Date; actor: string; decision: Decision },
): Promise<void> {
  const set = { ...of.decision, updatedAt: of.at, updatedBy: of.actor };
  await tx
    .insert(errorGroups)
    .values({ projectId, fingerprint, ...set })
    .onConflictDoUpdate({ target: [errorGroups.projectId, errorGroups.fingerprint], set });
}

/** Tells it to the history of a group. */
export async function noteChange(
  tx: Pick<Tx, "insert">,
  { projectId, fingerprint }: GroupKey,
  of: { at: Date; actor: string; kind: (typeof GROUP_CHANGES)[number]; data: Record<string, unknown> },
): Promise<void> {
  await tx.insert(errorGroupChanges).values({ projectId, fingerprint, ...of });
}
