import { insertWriteKey, schema, type Ledger } from "@voxloop/ledger";
import { and, desc, eq } from "drizzle-orm";
import { Problem } from "../http/problem.ts";
import type { CreatedWriteKey, NewWriteKey, WriteKey, WriteKeyChange } from "./write-key.ts";

const { writeKeys } = schema;
type Row = typeof writeKeys.$inferSelect;
type Change = { [Column in keyof Row]?: Row[Column] | undefined };
type Writer = Pick<Ledger["db"], "select" | "insert" | "update">;

/** Which key of which project, and when it is asked for. */
export interface KeyOf {
  projectId: string;
  id: string;
  now: Date;
}

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
  { now, ...of }: NewWriteKey & { projectId: string; now: Date },
): Promise<CreatedWriteKey> {
  return insert(ledger.db, { ...columnsOf(of), name: of.name, projectId: of.projectId, createdAt: now });
}

/** Changes what is given and gives the key as it is then. */
export async function changeWriteKey(ledger: Ledger, of: KeyOf, change: WriteKeyChange): Promise<WriteKey> {
  return ledger.db.transaction(async (tx) => {
    await requireLiveKey(tx, of);
    // The id stays what it is; naming it makes an empty change an UPDATE too.
    return update(tx, of.id, { ...columnsOf(change), id: of.id });
  });
}

/** Gives a new key with the same scopes; the old one works for the grace period, unless it expires sooner. */
export async function rotateWriteKey(
  ledger: Ledger,
  of: KeyOf,
  graceSeconds: number,
): Promise<CreatedWriteKey> {
  return ledger.db.transaction(async (tx) => {
    const old = await requireLiveKey(tx, of);
    const until = new Date(of.now.getTime() + graceSeconds * 1000);
    if (old.expiresAt !== null && old.expiresAt <= of.now)
      throw new Problem(409, "The key has expired", { detail: "It cannot be rotated; create a new one." });
    if (old.expiresAt === null || old.expiresAt > until) await update(tx, old.id, { expiresAt: until });
    const { projectId, name, allowedOrigins, environments, eventsPerSecond, eventsPerDay } = old;
    const same = { projectId, name, allowedOrigins, environments, eventsPerSecond, eventsPerDay };
    return insert(tx, { ...same, createdAt: of.now });
  });
}

/** Revokes a key for good; safe to ask for twice. */
export async function revokeWriteKey(ledger: Ledger, of: KeyOf): Promise<void> {
  await ledger.db.transaction(async (tx) => {
    const row = await requireKey(tx, of);
    if (row.revokedAt === null) await update(tx, of.id, { revokedAt: of.now });
  });
}

/** The key, locked until the transaction ends; a Problem (404) when the project has no such key. */
async function requireKey(tx: Writer, { projectId, id }: KeyOf): Promise<Row> {
  const [row] = await tx
    .select()
    .from(writeKeys)
    .where(and(eq(writeKeys.projectId, projectId), eq(writeKeys.id, id)))
    .for("update");
  if (row === undefined) throw new Problem(404, "No such thing", { detail: "There is no such write key." });
  return row;
}

async function requireLiveKey(tx: Writer, of: KeyOf): Promise<Row> {
  const row = await requireKey(tx, of);
  if (row.revokedAt !== null)
    throw new Problem(409, "The key is revoked", { detail: "That is for good; create a new one." });
  return row;
}

async function update(tx: Writer, id: string, change: Change): Promise<WriteKey> {
  const [row] = await tx.update(writeKeys).set(change).where(eq(writeKeys.id, id)).returning();
  if (row === undefined) throw new Error(`the write key ${id} vanished while it was changed`);
  return toWriteKey(row);
}

async function insert(writer: Writer, of: Parameters<typeof insertWriteKey>[1]): Promise<CreatedWriteKey> {
  const { key, row } = await insertWriteKey(writer, of);
  if (row === undefined) throw new Error("the write key was not stored");
  return { ...toWriteKey(row), key };
}

function columnsOf({
  expiresAt,
  ...change
}: WriteKeyChange): Omit<Change, "id" | "hint" | "keyHash" | "revokedAt"> {
  return {
    ...change,
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
  };
}

function toWriteKey(row: Row): WriteKey {
  const { keyHash: _, projectId: __, createdAt, expiresAt, revokedAt, ...shown } = row;
  return {
    ...shown,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
