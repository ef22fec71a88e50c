import { schema } from "@voxloop/ledger";
import { and, eq, gt } from "drizzle-orm";
import type { Deps } from "../../deps.ts";

const { errorGroups } = schema;

/**
 * Tells the warehouse which fingerprints belong to which group, as far as it does not know. Safe to run twice and in two
 * processes, because the highest revision of a fingerprint counts whatever the order in which they arrive.
 */
export async function tellWarehouse({
  ledger,
  warehouse,
}: Pick<Deps, "ledger" | "warehouse">): Promise<void> {
  const rows = await ledger.db
    .select()
    .from(errorGroups)
    .where(gt(errorGroups.revision, errorGroups.toldRevision));
  if (rows.length === 0) return;
  await warehouse.insert(
    "group_aliases_v1",
    rows.map(({ projectId, fingerprint, mergedInto, revision }) => ({
      project_id: projectId,
      fingerprint,
      group_fingerprint: mergedInto ?? fingerprint,
      revision,
    })),
  );
  for (const { projectId, fingerprint, revision } of rows)
    await ledger.db
      .update(errorGroups)
      .set({ toldRevision: revision })
      .where(
        and(
          eq(errorGroups.projectId, projectId),
          eq(errorGroups.fingerprint, fingerprint),
          eq(errorGroups.revision, revision),
        ),
      );
}
