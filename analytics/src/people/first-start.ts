import { hashSecret, hintOf, schema, type Ledger } from "@voxloop/ledger";
import { and, eq, gt } from "drizzle-orm";
import { hashPassword, verifyPassword } from "./password.ts";
import { SCOPES } from "./person.ts";
import { createSignInLink } from "./sign-in-link.ts";

const { apiTokens, sessions, users } = schema;

export interface AdminOptions {
  email: string;
  password?: string | undefined;
  now: Date;
  publicUrl: string;
}

type User = typeof users.$inferSelect;

/**
 * Makes sure that the administrator exists; safe to run at every start. A password given here is the truth: when it
 * changed, the stored one is replaced and sessions end. Without one, a sign-in link is given until somebody is signed in.
 */
export async function ensureAdmin(
  ledger: Ledger,
  options: AdminOptions,
): Promise<{ created: boolean; signInLink: string | undefined }> {
  const { user, created } = await findOrCreate(ledger, options);
  if (options.password !== undefined) {
    await setPassword(ledger, user, options.password);
    return { created, signInLink: undefined };
  }
  if (await canSignIn(ledger, user, options.now)) return { created, signInLink: undefined };
  return { created, signInLink: await createSignInLink(ledger, { ...options, userId: user.id }) };
}

/** Makes sure that an API token with every scope exists, for provisioning scripts; safe to run at every start. */
export async function ensureBootstrapToken(ledger: Ledger, token: string): Promise<void> {
  await ledger.db
    .insert(apiTokens)
    .values({ name: "bootstrap", hint: hintOf(token), tokenHash: hashSecret(token), scopes: [...SCOPES] })
    .onConflictDoNothing();
}

/** E-mails are stored and compared in lower case. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

async function findOrCreate(
  ledger: Ledger,
  options: AdminOptions,
): Promise<{ user: User; created: boolean }> {
  const email = normalizeEmail(options.email);
  const [created] = await ledger.db
    .insert(users)
    .values({ email, name: email.split("@")[0] ?? email, createdAt: options.now })
    .onConflictDoNothing()
    .returning();
  if (created !== undefined) return { user: created, created: true };
  const [user] = await ledger.db.select().from(users).where(eq(users.email, email));
  if (user === undefined) throw new Error(`the administrator ${email} vanished while it was set up`);
  return { user, created: false };
}

async function setPassword(ledger: Ledger, user: User, password: string): Promise<void> {
  if (await verifyPassword(password, user.passwordHash)) return;
  const passwordHash = await hashPassword(password);
  await ledger.db.transaction(async (tx) => {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, user.id));
    await tx.delete(sessions).where(eq(sessions.userId, user.id));
  });
}

async function canSignIn(ledger: Ledger, user: User, now: Date): Promise<boolean> {
  if (user.passwordHash !== null) return true;
  const [session] = await ledger.db
    .select({ userId: sessions.userId })
    .from(sessions)
    .where(and(eq(sessions.userId, user.id), gt(sessions.expiresAt, now)))
    .limit(1);
  return session !== undefined;
}
