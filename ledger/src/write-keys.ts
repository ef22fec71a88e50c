import { and, eq, isNull } from "drizzle-orm";
import type { Ledger } from "./ledger.ts";
import { writeKeys } from "./schema/index.ts";
import { hashSecret, hintOf, newSecret } from "./secrets.ts";

/** The project a write key may send to, or undefined when no such key is valid. */
export async function findProjectOfWriteKey(ledger: Ledger, key: string): Promise<string | undefined> {
  const [row] = await ledger.db
    .select({ projectId: writeKeys.projectId })
    .from(writeKeys)
    .where(and(eq(writeKeys.keyHash, hashSecret(key)), isNull(writeKeys.revokedAt)));
  return row?.projectId;
}

/** Stores a write key (a new one unless given) and returns it; this is the only time it can be read. */
export async function createWriteKey(
  ledger: Ledger,
  of: { projectId: string; name: string; key?: string | undefined },
): Promise<string> {
  const key = of.key ?? newSecret("vwk");
  await ledger.db
    .insert(writeKeys)
    .values({ projectId: of.projectId, name: of.name, hint: hintOf(key), keyHash: hashSecret(key) })
    .onConflictDoNothing();
  return key;
}
