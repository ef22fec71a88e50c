import { schema, type Ledger } from "@voxloop/ledger";
import { and, asc, eq, inArray, isNull, lte, notInArray, or, sql } from "drizzle-orm";

const { deliveries, outbox, webhooks } = schema;

/** One endpoint, held by one worker at a time: so no attempt is made twice at once, and a slow one delays only itself. */
export interface Lane {
  webhookId: string;
  url: string;
  secret: string;
}

export interface DueDelivery {
  id: string;
  messageId: string;
  attempts: number;
  body: unknown;
}

/** Longer than any batch takes; a worker that dies leaves its lanes to others after it. */
const LEASE_MS = 60_000;

/** Takes up to `limit` free lanes that have something due, the longest unserved first. */
export async function claimLanes(
  ledger: Ledger,
  { limit, except, now }: { limit: number; except: readonly string[]; now: Date },
): Promise<Lane[]> {
  const due = ledger.db
    .select({ id: deliveries.webhookId })
    .from(deliveries)
    .where(and(eq(deliveries.state, "pending"), lte(deliveries.nextAttemptAt, now)));
  const free = ledger.db.$with("free").as(
    ledger.db
      .select({ id: webhooks.id })
      .from(webhooks)
      .where(
        and(
          eq(webhooks.enabled, true),
          or(isNull(webhooks.busyUntil), lte(webhooks.busyUntil, now)),
          inArray(webhooks.id, due),
          notInArray(webhooks.id, [...except]),
        ),
      )
      .orderBy(sql`${webhooks.busyUntil} nulls first`)
      .limit(limit)
      .for("update", { skipLocked: true }),
  );
  return ledger.db
    .with(free)
    .update(webhooks)
    .set({ busyUntil: new Date(now.getTime() + LEASE_MS) })
    .where(inArray(webhooks.id, ledger.db.select({ id: free.id }).from(free)))
    .returning({ webhookId: webhooks.id, url: webhooks.url, secret: webhooks.secret });
}

/** What is due on a claimed lane, oldest first. */
export async function findDue(
  ledger: Ledger,
  { lane, limit, now }: { lane: Lane; limit: number; now: Date },
): Promise<DueDelivery[]> {
  return ledger.db
    .select({
      id: deliveries.id,
      messageId: deliveries.messageId,
      attempts: deliveries.attempts,
      body: outbox.body,
    })
    .from(deliveries)
    .innerJoin(outbox, eq(outbox.id, deliveries.messageId))
    .where(
      and(
        eq(deliveries.webhookId, lane.webhookId),
        eq(deliveries.state, "pending"),
        lte(deliveries.nextAttemptAt, now),
      ),
    )
    .orderBy(asc(deliveries.nextAttemptAt), asc(deliveries.createdAt))
    .limit(limit);
}

/** Gives a lane back; its time of release says how long it went unserved. */
export async function releaseLane(ledger: Ledger, lane: Lane, now: Date): Promise<void> {
  await ledger.db.update(webhooks).set({ busyUntil: now }).where(eq(webhooks.id, lane.webhookId));
}
