import { schema, type Ledger } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import type { ReleaseOrder } from "./version.ts";

/** When each version first came out, from the declared releases; they outlive the events' retention. */
export async function releaseOrder(ledger: Ledger, projectId: string): Promise<ReleaseOrder> {
  const rows = await ledger.db
    .select()
    .from(schema.releases)
    .where(eq(schema.releases.projectId, projectId))
    .orderBy(schema.releases.releasedAt);
  const order = new Map<string, Date>();
  for (const { version, releasedAt } of rows) {
    if (!order.has(version)) order.set(version, releasedAt);
  }
  return order;
}
