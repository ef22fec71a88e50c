import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Ledger } from "./ledger.ts";
import type { LedgerWriter } from "./outbox.ts";
import { publishedConfigs } from "./schema/index.ts";

/** What a project's apps get, as it is sent. */
export interface PublishedConfig {
  /** JSON: a `RemoteConfig` of the contract package. */
  document: string;
  /** Hash of the document, in hex. */
  etag: string;
}

/** What a project has published, or undefined when it never has. */
export async function findPublishedConfig(
  ledger: Ledger,
  projectId: string,
): Promise<PublishedConfig | undefined> {
  const { document, etag } = publishedConfigs;
  const [row] = await ledger.db
    .select({ document, etag })
    .from(publishedConfigs)
    .where(eq(publishedConfigs.projectId, projectId));
  return row;
}

/** Replaces what a project's apps get; call it in the transaction of the change that caused it. */
export async function storePublishedConfig(
  writer: LedgerWriter,
  of: { projectId: string; document: string; now: Date },
): Promise<void> {
  const { document, now } = of;
  const etag = createHash("sha256").update(document).digest("hex").slice(0, 32);
  const values = { document, etag, updatedAt: now };
  await writer
    .insert(publishedConfigs)
    .values({ projectId: of.projectId, ...values })
    .onConflictDoUpdate({ target: publishedConfigs.projectId, set: values });
}
