import { randomUUID } from "node:crypto";
import type { LedgerDatabase } from "./ledger.ts";
import { outbox } from "./schema/index.ts";

/** A transaction of the ledger, or the ledger's own `db`. */
export type LedgerWriter = Pick<LedgerDatabase, "insert">;

/**
 * Writes a message that shall leave the system, in the caller's transaction: it is sent if and only if that commits.
 * `type` is dotted, as Standard Webhooks has it; the body becomes `{type, timestamp, data}`.
 */
export async function writeOutbox(
  writer: LedgerWriter,
  message: { projectId: string; type: string; at: Date; data: Record<string, unknown> },
): Promise<string> {
  const id = `msg_${randomUUID().replaceAll("-", "")}`;
  const body = { type: message.type, timestamp: message.at.toISOString(), data: message.data };
  await writer
    .insert(outbox)
    .values({ id, projectId: message.projectId, type: message.type, body, createdAt: message.at });
  return id;
}
