import { schema } from "@voxloop/ledger";
import { and, desc, eq } from "drizzle-orm";
import type { Deps } from "../../deps.ts";
import { archive, errorGroupState, type ErrorGroupState, type HiddenGroup } from "./group.ts";
import { assertKnown, describeMembers } from "./names.ts";
import { findRows, hiddenRows, membersOf, type GroupKey, type GroupRow } from "./row.ts";

const CHANGES = 50;

/** What was decided about a group, and what it is made of. Throws a Problem (404) for one that was never seen. */
export async function describeGroup(
  { ledger, warehouse }: Pick<Deps, "ledger" | "warehouse">,
  key: GroupKey,
): Promise<ErrorGroupState> {
  const { projectId, fingerprint } = key;
  const row = (await findRows(ledger.db, { projectId, fingerprints: [fingerprint] })).get(fingerprint);
  if (row === undefined) await assertKnown(warehouse, projectId, [fingerprint]);
  const merged = await membersOf(ledger.db, { projectId, fingerprints: [fingerprint] });
  const { errorGroupChanges } = schema;
  const changes = await ledger.db
    .select()
    .from(errorGroupChanges)
    .where(and(eq(errorGroupChanges.projectId, projectId), eq(errorGroupChanges.fingerprint, fingerprint)))
    .orderBy(desc(errorGroupChanges.id))
    .limit(CHANGES);
  return errorGroupState.parse({
    fingerprint,
    mergedInto: row?.mergedInto ?? null,
    ...decisionsOf(row),
    members: await describeMembers(warehouse, projectId, [fingerprint, ...merged]),
    changes: changes.map(({ id, at, actor, kind, data }) => ({
      id,
      at: at.toISOString(),
      actor,
      kind,
      data,
    })),
  });
}

function decisionsOf(row: GroupRow | undefined): Pick<HiddenGroup, "archive" | "isDiscarded"> {
  return {
    archive: row?.archive ? archive.parse(row.archive) : null,
    isDiscarded: row?.isDiscarded ?? false,
  };
}

/** The groups that the list does not show, the latest decided first. */
export async function listHidden(
  { ledger }: Pick<Deps, "ledger">,
  projectId: string,
): Promise<HiddenGroup[]> {
  const rows = await hiddenRows(ledger, projectId);
  return rows.toReversed().map((row) => ({
    fingerprint: row.fingerprint,
    title: row.title,
    ...decisionsOf(row),
    updatedAt: row.updatedAt.toISOString(),
    updatedBy: row.updatedBy,
  }));
}
