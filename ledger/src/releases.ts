import { eq } from "drizzle-orm";
import type { Ledger } from "./ledger.ts";
import type { LedgerWriter } from "./outbox.ts";
import { releases } from "./schema/index.ts";

/** When each version first came out, from the declared releases; they outlive the events' retention. */
export async function releaseOrder(ledger: Ledger, projectId: string): Promise<ReadonlyMap<string, Date>> {
  const rows = await ledger.db
    .select()
    .from(releases)
    .where(eq(releases.projectId, projectId))
    .orderBy(releases.releasedAt);
  const order = new Map<string, Date>();
  for (const { version, releasedAt } of rows) {
    if (!order.has(version)) order.set(version, releasedAt);
  }
  return order;
}

export interface DeclaredRelease {
  service: string;
  version: string;
  environment: string;
  releasedAt: Date;
}

/** Declares a release; a second declaration moves its time. */
export async function recordRelease(
  writer: LedgerWriter,
  projectId: string,
  release: DeclaredRelease,
): Promise<void> {
  await writer
    .insert(releases)
    .values({ projectId, ...release })
    .onConflictDoUpdate({
      target: [releases.projectId, releases.service, releases.version, releases.environment],
      set: { releasedAt: release.releasedAt },
    });
}

export async function declaredReleases(ledger: Ledger, projectId: string): Promise<DeclaredRelease[]> {
  return ledger.db
    .select({
      service: releases.service,
      version: releases.version,
      environment: releases.environment,
      releasedAt: releases.releasedAt,
    })
    .from(releases)
    .where(eq(releases.projectId, projectId));
}
