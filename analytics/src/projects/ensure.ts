import { schema, type Ledger } from "@voxloop/ledger";

/** Makes sure that a project exists; safe to run at every start, and changes nothing of one that does. */
export async function ensureProject(
  ledger: Ledger,
  of: { id: string; name: string; now: Date },
): Promise<void> {
  await ledger.db
    .insert(schema.projects)
    .values({ id: of.id, name: of.name, createdAt: of.now })
    .onConflictDoNothing();
}
