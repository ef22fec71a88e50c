import { schema, type Ledger } from "@voxloop/ledger";
import { and, eq, inArray, isNull } from "drizzle-orm";

const { deliveries, outbox, webhooks } = schema;

const BATCH = 200;

/**
 * Turns waiting messages of the outbox into deliveries, one for each enabled webhook that wants the type. Safe to run
 * twice and in several processes: a message is marked in the transaction that creates its deliveries.
 */
export async function fanOut(ledger: Ledger, now: Date): Promise<void> {
  while ((await fanOutBatch(ledger, now)) === BATCH);
}

async function fanOutBatch(ledger: Ledger, now: Date): Promise<number> {
  return ledger.db.transaction(async (tx) => {
    const messages = await tx
      .select({ id: outbox.id, projectId: outbox.projectId, type: outbox.type })
      .from(outbox)
      .where(isNull(outbox.fannedOutAt))
      .orderBy(outbox.createdAt)
      .limit(BATCH)
      .for("update", { skipLocked: true });
    if (messages.length === 0) return 0;
    const projectIds = [...new Set(messages.map(({ projectId }) => projectId))];
    const hooks = await tx
      .select({ id: webhooks.id, projectId: webhooks.projectId, eventTypes: webhooks.eventTypes })
      .from(webhooks)
      .where(and(eq(webhooks.enabled, true), inArray(webhooks.projectId, projectIds)));
    const rows = messages.flatMap((message) =>
      hooks
        .filter((hook) => hook.projectId === message.projectId && wants(hook.eventTypes, message.type))
        .map((hook) => ({ webhookId: hook.id, messageId: message.id, nextAttemptAt: now, createdAt: now })),
    );
    if (rows.length > 0) await tx.insert(deliveries).values(rows).onConflictDoNothing();
    const ids = messages.map(({ id }) => id);
    await tx.update(outbox).set({ fannedOutAt: now }).where(inArray(outbox.id, ids));
    return messages.length;
  });
}

/** No types means all. */
function wants(eventTypes: readonly string[], type: string): boolean {
  return eventTypes.length === 0 || eventTypes.includes(type);
}
