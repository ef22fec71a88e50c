import { hashSecret, hintOf, newSecret, schema, type Ledger } from "@voxloop/ledger";
import { and, desc, eq, isNull, type SQL } from "drizzle-orm";
import { SCOPES, type Actor, type ApiToken, type CreatedApiToken, type Scope } from "./person.ts";

const { apiTokens } = schema;

/** The actor of a bearer token, or undefined when it is unknown or revoked. */
export async function findTokenActor(ledger: Ledger, token: string): Promise<Actor | undefined> {
  const [row] = await ledger.db
    .select()
    .from(apiTokens)
    .where(and(eq(apiTokens.tokenHash, hashSecret(token)), isNull(apiTokens.revokedAt)));
  return row && { name: `token:${row.name}`, scopes: scopesOf(row.scopes), projectId: row.projectId };
}

/** Stores a new token and gives it; this is the only time it can be read. */
export async function createToken(
  ledger: Ledger,
  of: { name: string; scopes: Scope[]; projectId: string | null; now: Date },
): Promise<CreatedApiToken> {
  const token = newSecret("vxl");
  const [row] = await ledger.db
    .insert(apiTokens)
    .values({ ...of, hint: hintOf(token), tokenHash: hashSecret(token), createdAt: of.now })
    .returning();
  if (row === undefined) throw new Error("the token was not stored");
  return { ...toToken(row), token };
}

/** The tokens an actor may see, newest first: one of a project sees that project's. */
export async function listTokens(ledger: Ledger, actor: Actor): Promise<ApiToken[]> {
  const rows = await ledger.db
    .select()
    .from(apiTokens)
    .where(visibleTo(actor))
    .orderBy(desc(apiTokens.createdAt), apiTokens.id);
  return rows.map(toToken);
}

/** Revokes a token for good; false when the actor has no such token. */
export async function revokeToken(
  ledger: Ledger,
  { actor, id, now }: { actor: Actor; id: string; now: Date },
): Promise<boolean> {
  const isIt = and(eq(apiTokens.id, id), visibleTo(actor));
  const [row] = await ledger.db.select({ id: apiTokens.id }).from(apiTokens).where(isIt);
  await ledger.db
    .update(apiTokens)
    .set({ revokedAt: now })
    .where(and(isIt, isNull(apiTokens.revokedAt)));
  return row !== undefined;
}

function visibleTo(actor: Actor): SQL | undefined {
  return actor.projectId === null ? undefined : eq(apiTokens.projectId, actor.projectId);
}

function toToken(row: typeof apiTokens.$inferSelect): ApiToken {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    scopes: scopesOf(row.scopes),
    projectId: row.projectId,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

function scopesOf(stored: readonly string[]): Scope[] {
  return SCOPES.filter((scope) => stored.includes(scope));
}
