import { schema, type Ledger } from "@voxloop/ledger";
import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import { Problem } from "../http/problem.ts";
import { newSigningSecret } from "./signature.ts";
import { eventType, type CreatedWebhook, type Webhook, type WebhookChange } from "./webhook.ts";

const { webhooks } = schema;

export type WebhookRow = typeof webhooks.$inferSelect;

/** A project's webhooks, newest first. */
export async function listWebhooks(ledger: Ledger, projectId: string): Promise<Webhook[]> {
  const rows = await ledger.db
    .select()
    .from(webhooks)
    .where(eq(webhooks.projectId, projectId))
    .orderBy(desc(webhooks.createdAt), webhooks.id);
  return rows.map(toWebhook);
}

/** Stores a webhook and gives it with its signing secret; this is the only time that can be read. */
export async function createWebhook(
  ledger: Ledger,
  of: { projectId: string; url: string; description: string; eventTypes: string[]; now: Date },
): Promise<CreatedWebhook> {
  const secret = newSigningSecret();
  const [row] = await ledger.db
    .insert(webhooks)
    .values({ ...of, secret, createdAt: of.now })
    .returning();
  if (row === undefined) throw new Error("the webhook was not stored");
  return { ...toWebhook(row), secret };
}

/** A webhook of a project; one that does not exist is a Problem (404). */
export async function requireWebhook(
  ledger: Ledger,
  of: { project: string; id: string },
): Promise<WebhookRow> {
  const [row] = await ledger.db.select().from(webhooks).where(isIt(of));
  return row ?? notFound();
}

export async function changeWebhook(
  ledger: Ledger,
  of: { project: string; id: string },
  change: WebhookChange,
): Promise<Webhook> {
  const [row] = await ledger.db
    .update(webhooks)
    // The id stays what it is; naming it makes an empty change an UPDATE too.
    .set({
      ...change,
      id: of.id,
      ...(change.enabled === true && { disabledReason: null, failingSince: null }),
    })
    .where(isIt(of))
    .returning();
  return toWebhook(row ?? notFound());
}

/** Deletes a webhook with its deliveries and their log. */
export async function deleteWebhook(ledger: Ledger, of: { project: string; id: string }): Promise<void> {
  const deleted = await ledger.db.delete(webhooks).where(isIt(of)).returning({ id: webhooks.id });
  if (deleted.length === 0) notFound();
}

function isIt({ project, id }: { project: string; id: string }) {
  return and(eq(webhooks.projectId, project), eq(webhooks.id, id));
}

function notFound(): never {
  throw new Problem(404, "No such thing", { detail: "There is no such webhook." });
}

function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    eventTypes: z.array(eventType).parse(row.eventTypes),
    enabled: row.enabled,
    disabledReason: row.disabledReason,
    createdAt: row.createdAt.toISOString(),
  };
}
