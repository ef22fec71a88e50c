import { schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import type { DueDelivery, Lane } from "./lane.ts";
import { nextAttempt, parseRetryAfter } from "./schedule.ts";
import type { Outcome } from "./send.ts";

const { deliveries, deliveryAttempts, webhooks } = schema;

const DISABLE_AFTER_MS = 5 * 86_400_000;
const GONE = 410;
/** Too Many Requests and Service Unavailable: the two whose Retry-After is followed. */
const THROTTLED = new Set([429, 503]);

export interface Attempt {
  lane: Lane;
  delivery: DueDelivery;
  /** When it was made. */
  at: Date;
  outcome: Outcome;
}

/** Writes an attempt to the log and decides what follows: done, again later, given up, or the endpoint disabled. */
export async function recordAttempt(deps: Pick<Deps, "ledger" | "log">, attempt: Attempt): Promise<void> {
  const { lane, delivery, at, outcome } = attempt;
  const disabledReason = await deps.ledger.db.transaction(async (tx) => {
    const [hook] = await tx.select().from(webhooks).where(eq(webhooks.id, lane.webhookId)).for("update");
    // Deleted while the attempt was under way: its deliveries and their log went with it.
    if (hook === undefined) return null;
    const log = { status: outcome.status, durationMs: outcome.durationMs, error: outcome.error };
    await tx.insert(deliveryAttempts).values({ deliveryId: delivery.id, at, ...log });
    await tx.update(deliveries).set(afterwards(attempt)).where(eq(deliveries.id, delivery.id));
    const reason = reasonToDisable(outcome, hook.failingSince, at);
    await tx
      .update(webhooks)
      .set({
        failingSince: outcome.error === null ? null : (hook.failingSince ?? at),
        ...(reason !== null && { enabled: false, disabledReason: reason }),
      })
      .where(eq(webhooks.id, hook.id));
    return reason;
  });
  if (disabledReason !== null) {
    deps.log.warn({ webhookId: lane.webhookId, reason: disabledReason }, "a webhook was disabled");
  }
}

function afterwards({ delivery, at, outcome }: Attempt): Partial<typeof deliveries.$inferInsert> {
  const attempts = delivery.attempts + 1;
  if (outcome.error === null) return { state: "succeeded", attempts };
  const retryAfterSeconds = THROTTLED.has(outcome.status ?? 0)
    ? parseRetryAfter(outcome.retryAfter, at)
    : undefined;
  const next =
    outcome.status === GONE
      ? undefined
      : nextAttempt({ deliveryId: delivery.id, attempts, now: at, retryAfterSeconds });
  return next === undefined ? { state: "failed", attempts } : { attempts, nextAttemptAt: next };
}

function reasonToDisable(outcome: Outcome, failingSince: Date | null, at: Date): string | null {
  if (outcome.error === null) return null;
  if (outcome.status === GONE) return "The endpoint answered 410 Gone.";
  if (failingSince === null || at.getTime() - failingSince.getTime() < DISABLE_AFTER_MS) return null;
  return `Nothing was delivered since ${failingSince.toISOString()}.`;
}
