import { hashSecret, hintOf, newSecret, schema, type Ledger } from "@voxloop/ledger";
import { and, desc, eq, isNull } from "drizzle-orm";
import type { CreatedWriteKey, WriteKey } from "./project.ts";

const { writeKeys } = schema;

export async function listWriteKeys(ledger: Ledger, projectId: string): Promise<WriteKey[]> {
  const rows = await ledger.db
    .select()
    .from(writeKeys)
    .where(eq(writeKeys.projectId, projectId))
    .orderBy(desc(writeKeys.createdAt), writeKeys.id);
  return rows.map(toWriteKey);
}

/** Stores a new write key and gives it; this is the only time it can be read. */
export async function addWriteKey(
  ledger: Ledger,
  of: { projectId: string; name: string; now: Date },
): Promise<CreatedWriteKey> {
  const key = newSecret("vwk");
  const [row] = await ledger.db
    .insert(writeKeys)
    .values({ ...of, hint: hintOf(key), keyHash: hashSecret(key), createdAt: of.now })
    .returning();
  if (row === undefined) throw new Error("the write key was not stored");
  return { ...toWriteKey(row), key };
}

/** Revokes a key for good; false when the project has no such key. */
export async function revokeWriteKey(
  ledger: Ledger,
  { projectId, id, now }: { projectId: string; id: string; now: Date },
): Promise<boolean> {
  const isIt = and(eq(writeKeys.projectId, projectId), eq(writeKeys.id, id));
  const [row] = await ledger.db.select({ id: writeKeys.id }).from(writeKeys).where(isIt);
  await ledger.db
    .update(writeKeys)
    .set({ revokedAt: now })
    .where(and(isIt, isNull(writeKeys.revokedAt)));
  return row !== undefined;
}

function toWriteKey(row: typeof writeKeys.$inferSelect): WriteKey {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
