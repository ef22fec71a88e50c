import { schema, type Ledger } from "@voxloop/ledger";
import { and, eq, inArray } from "drizzle-orm";
import type { ErrorGroup } from "./error-group.ts";

/** What the watch over error groups says of those that spike now, by fingerprint. */
export async function spikesOf(
  ledger: Ledger,
  projectId: string,
  fingerprints: readonly string[],
): Promise<Map<string, NonNullable<ErrorGroup["spike"]>>> {
  if (fingerprints.length === 0) return new Map();
  const { anomalies } = schema;
  const rows = await ledger.db
    .select()
    .from(anomalies)
    .where(
      and(
        eq(anomalies.projectId, projectId),
        eq(anomalies.kind, "spiking"),
        inArray(anomalies.fingerprint, [...fingerprints]),
      ),
    );
  return new Map(
    rows.map(({ fingerprint, since, observed, low, high, spanHours }) => [
      fingerprint,
      { since: since.toISOString(), observed, low: low ?? 0, high: high ?? 0, hours: spanHours },
    ]),
  );
}
