import { hashSecret, newSecret, schema, type Ledger } from "@voxloop/ledger";
import { and, eq, gt, lte } from "drizzle-orm";
import type { Me } from "./person.ts";

const { projects, sessions, users } = schema;

export const SESSION_SECONDS = 14 * 86_400;

export interface SignedIn {
  userId: string;
  email: string;
  name: string;
}

/** Begins a session of 14 days and gives its secret, which only the person's browser keeps. */
export async function startSession(ledger: Ledger, userId: string, now: Date): Promise<string> {
  const secret = newSecret("vss");
  const expiresAt = new Date(now.getTime() + SESSION_SECONDS * 1000);
  await ledger.db.delete(sessions).where(lte(sessions.expiresAt, now));
  await ledger.db.insert(sessions).values({ tokenHash: hashSecret(secret), userId, expiresAt });
  return secret;
}

/** Who a session's secret belongs to, or undefined when it is unknown, ended or expired. */
export async function findSession(ledger: Ledger, secret: string, now: Date): Promise<SignedIn | undefined> {
  const [row] = await ledger.db
    .select({ userId: users.id, email: users.email, name: users.name })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, hashSecret(secret)), gt(sessions.expiresAt, now)));
  return row;
}

export async function endSession(ledger: Ledger, secret: string): Promise<void> {
  await ledger.db.delete(sessions).where(eq(sessions.tokenHash, hashSecret(secret)));
}

export async function describeMe(ledger: Ledger, { email, name }: SignedIn): Promise<Me> {
  const items = await ledger.db
    .select({ id: projects.id, name: projects.name })
    .from(projects)
    .orderBy(projects.createdAt, projects.id);
  return { email, name, projects: items };
}
