import { and, eq, isNull } from "drizzle-orm";
import type { Ledger } from "./ledger.ts";
import type { LedgerWriter } from "./outbox.ts";
import { projects, writeKeys } from "./schema/index.ts";
import { hashSecret, hintOf, newSecret } from "./secrets.ts";

/** How many events may come in; null is no limit. */
export interface EventLimits {
  eventsPerSecond: number | null;
  eventsPerDay: number | null;
}

/** What a write key may send, and how much. */
export interface WriteKeyGrant {
  keyId: string;
  projectId: string;
  /** Web origins whose pages may send with it; empty is any. */
  allowedOrigins: string[];
  /** Values of `deployment.environment.name` it may send; empty is any. */
  environments: string[];
  limits: { key: EventLimits; project: EventLimits };
  /** The key works until then, by the clock of whoever asks; null is for ever. */
  expiresAt: Date | null;
}

/** The grant of a write key, or undefined when there is no such key or it is revoked; one that expired is given too. */
export async function findWriteKey(ledger: Ledger, key: string): Promise<WriteKeyGrant | undefined> {
  const [row] = await ledger.db
    .select({ key: writeKeys, project: projects })
    .from(writeKeys)
    .innerJoin(projects, eq(projects.id, writeKeys.projectId))
    .where(and(eq(writeKeys.keyHash, hashSecret(key)), isNull(writeKeys.revokedAt)));
  return (
    row && {
      keyId: row.key.id,
      projectId: row.key.projectId,
      allowedOrigins: row.key.allowedOrigins,
      environments: row.key.environments,
      limits: { key: limitsOf(row.key), project: limitsOf(row.project) },
      expiresAt: row.key.expiresAt,
    }
  );
}

function limitsOf({ eventsPerSecond, eventsPerDay }: EventLimits): EventLimits {
  return { eventsPerSecond, eventsPerDay };
}

type WriteKeyValues = typeof writeKeys.$inferInsert;

/** A key to store: a new secret unless `key` is given. */
export type NewWriteKey = Omit<WriteKeyValues, "id" | "hint" | "keyHash" | "revokedAt"> & {
  key?: string | undefined;
};

/** Stores a write key; `row` is undefined when that very key is stored already. The key can be read only now. */
export async function insertWriteKey(
  writer: LedgerWriter,
  { key = newSecret("vwk"), ...values }: NewWriteKey,
): Promise<{ key: string; row: typeof writeKeys.$inferSelect | undefined }> {
  const [row] = await writer
    .insert(writeKeys)
    .values({ ...values, hint: hintOf(key), keyHash: hashSecret(key) })
    .onConflictDoNothing()
    .returning();
  return { key, row };
}

/** Makes sure that a write key (a new one unless given) is stored, and returns it. */
export async function createWriteKey(ledger: Ledger, of: NewWriteKey): Promise<string> {
  const { key } = await insertWriteKey(ledger.db, of);
  return key;
}
