import { schema, writeOutbox, type Ledger } from "@voxloop/ledger";
import { and, desc, eq, inArray, lt, or, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../http/cursor.ts";
import { Problem } from "../http/problem.ts";
import type { WebhookRow } from "./store.ts";
import type { Delivery } from "./webhook.ts";

const { deliveries, deliveryAttempts, outbox, webhooks } = schema;

const position = z.object({ at: z.iso.datetime(), id: z.uuid() });

/** A page of a webhook's delivery log, newest first, each delivery with its last attempt. */
export async function listDeliveries(
  ledger: Ledger,
  { webhookId, limit, cursor }: { webhookId: string; limit: number; cursor: string | undefined },
): Promise<{ items: Delivery[]; nextCursor: string | null }> {
  const isOlder = cursor === undefined ? undefined : isBefore(decodeCursor(cursor, position));
  const found = await findDeliveries(ledger, and(eq(deliveries.webhookId, webhookId), isOlder), limit + 1);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { items, nextCursor: hasMore ? encodeCursor({ at: last.createdAt, id: last.id }) : null };
}

/** Puts a message before one webhook alone, whatever types it wants. */
export async function createTestDelivery(
  ledger: Ledger,
  { webhook, actor, now }: { webhook: WebhookRow; actor: string; now: Date },
): Promise<Delivery> {
  assertEnabled(webhook.enabled);
  const { projectId, id: webhookId } = webhook;
  const id = await ledger.db.transaction(async (tx) => {
    const data = { webhookId, sentBy: actor };
    const messageId = await writeOutbox(tx, { projectId, type: "webhook.test", at: now, data });
    await tx.update(outbox).set({ fannedOutAt: now }).where(eq(outbox.id, messageId));
    const row = { webhookId, messageId, nextAttemptAt: now, createdAt: now };
    const [created] = await tx.insert(deliveries).values(row).returning({ id: deliveries.id });
    return created?.id ?? notFound();
  });
  return requireDelivery(ledger, id);
}

/** Sends a delivery again, from the start of the retry schedule; receivers see the same `webhook-id`. */
export async function replayDelivery(
  ledger: Ledger,
  { project, id, now }: { project: string; id: string; now: Date },
): Promise<Delivery> {
  const [found] = await ledger.db
    .select({ enabled: webhooks.enabled })
    .from(deliveries)
    .innerJoin(webhooks, eq(webhooks.id, deliveries.webhookId))
    .where(and(eq(deliveries.id, id), eq(webhooks.projectId, project)));
  assertEnabled((found ?? notFound()).enabled);
  await ledger.db
    .update(deliveries)
    .set({ state: "pending", attempts: 0, nextAttemptAt: now })
    .where(eq(deliveries.id, id));
  return requireDelivery(ledger, id);
}

async function requireDelivery(ledger: Ledger, id: string): Promise<Delivery> {
  const [delivery] = await findDeliveries(ledger, eq(deliveries.id, id), 1);
  return delivery ?? notFound();
}

async function findDeliveries(ledger: Ledger, where: SQL | undefined, limit: number): Promise<Delivery[]> {
  const rows = await ledger.db
    .select({ delivery: deliveries, type: outbox.type })
    .from(deliveries)
    .innerJoin(outbox, eq(outbox.id, deliveries.messageId))
    .where(where)
    .orderBy(desc(deliveries.createdAt), desc(deliveries.id))
    .limit(limit);
  const ids = rows.map(({ delivery }) => delivery.id);
  const attempts = await ledger.db
    .selectDistinctOn([deliveryAttempts.deliveryId], {
      deliveryId: deliveryAttempts.deliveryId,
      lastStatus: deliveryAttempts.status,
      lastError: deliveryAttempts.error,
      lastDurationMs: deliveryAttempts.durationMs,
      // All of them: after a replay, the delivery itself counts from 0 again.
      attempts: sql<number>`(count(*) over (partition by ${deliveryAttempts.deliveryId}))::int`,
    })
    .from(deliveryAttempts)
    .where(inArray(deliveryAttempts.deliveryId, ids))
    .orderBy(deliveryAttempts.deliveryId, desc(deliveryAttempts.at));
  const lastOf = new Map(attempts.map(({ deliveryId, ...last }) => [deliveryId, last]));
  return rows.map(({ delivery, type }) => ({
    id: delivery.id,
    messageId: delivery.messageId,
    type,
    state: z.enum(["pending", "succeeded", "failed"]).parse(delivery.state),
    nextAttemptAt: delivery.state === "pending" ? delivery.nextAttemptAt.toISOString() : null,
    createdAt: delivery.createdAt.toISOString(),
    ...(lastOf.get(delivery.id) ?? NEVER_TRIED),
  }));
}

const NEVER_TRIED = { attempts: 0, lastStatus: null, lastError: null, lastDurationMs: null };

function isBefore({ at, id }: z.infer<typeof position>): SQL | undefined {
  const time = new Date(at);
  return or(lt(deliveries.createdAt, time), and(eq(deliveries.createdAt, time), lt(deliveries.id, id)));
}

function assertEnabled(isEnabled: boolean): void {
  if (isEnabled) return;
  throw new Problem(409, "Webhook disabled", { detail: "The webhook is disabled; enable it first." });
}

function notFound(): never {
  throw new Problem(404, "No such thing", { detail: "There is no such delivery." });
}
