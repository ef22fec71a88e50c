import { schema, type Ledger } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import { Problem } from "../http/problem.ts";
import { normalizeEmail } from "./first-start.ts";
import type { AttemptLimit } from "./attempt-limit.ts";
import { verifyPassword } from "./password.ts";

const { users } = schema;

export interface SignInAttempt {
  email: string;
  password: string;
  /** Where it comes from, "" when unknown. */
  address: string;
  now: Date;
}

/** The user an e-mail and password belong to. A wrong pair is a Problem (401) that does not say which half was wrong; too many are a Problem (429). */
export async function signIn(ledger: Ledger, limit: AttemptLimit, attempt: SignInAttempt): Promise<string> {
  const email = normalizeEmail(attempt.email);
  const key = JSON.stringify([email, attempt.address]);
  const retryAfterSeconds = limit.take(key, attempt.now);
  if (retryAfterSeconds > 0) {
    throw new Problem(429, "Too many attempts", {
      detail: `Too many sign-in attempts for this e-mail; try again in ${retryAfterSeconds} seconds.`,
      retryAfterSeconds,
    });
  }
  const [user] = await ledger.db.select().from(users).where(eq(users.email, email));
  const isRight = await verifyPassword(attempt.password, user?.passwordHash ?? null);
  if (user === undefined || !isRight) {
    throw new Problem(401, "Not signed in", { detail: "E-mail or password is wrong." });
  }
  limit.clear(key);
  return user.id;
}
