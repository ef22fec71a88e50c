import { hashSecret, newSecret, schema, type Ledger } from "@voxloop/ledger";
import { and, eq, gt, isNull, lte } from "drizzle-orm";

const { signInLinks } = schema;

const LINK_SECONDS = 86_400;

/** A link that signs a person in once, within a day; only its hash is stored. */
export async function createSignInLink(
  ledger: Ledger,
  { userId, publicUrl, now }: { userId: string; publicUrl: string; now: Date },
): Promise<string> {
  const token = newSecret("vsl");
  const expiresAt = new Date(now.getTime() + LINK_SECONDS * 1000);
  await ledger.db.delete(signInLinks).where(lte(signInLinks.expiresAt, now));
  await ledger.db.insert(signInLinks).values({ tokenHash: hashSecret(token), userId, expiresAt });
  return `${publicUrl}/sign-in?token=${token}`;
}

/** Uses a link's token up and gives whose it was; undefined when it is unknown, used or expired. */
export async function redeemSignInLink(
  ledger: Ledger,
  token: string,
  now: Date,
): Promise<string | undefined> {
  // One conditional UPDATE: of two requests with the same token, one finds it unused.
  const [row] = await ledger.db
    .update(signInLinks)
    .set({ usedAt: now })
    .where(
      and(
        eq(signInLinks.tokenHash, hashSecret(token)),
        isNull(signInLinks.usedAt),
        gt(signInLinks.expiresAt, now),
      ),
    )
    .returning({ userId: signInLinks.userId });
  return row?.userId;
}
