import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { Clients } from "./clients.ts";
import { EVENTS_PER_BATCH } from "./requests.ts";

/** Keeps a row of every row that is inserted, since merges make one of those that are alike. */
export async function keepEveryRow(warehouse: Warehouse): Promise<void> {
  await warehouse.command(`CREATE TABLE every_row (event_id String) ENGINE = MergeTree ORDER BY tuple()
    SETTINGS non_replicated_deduplication_window = 10000`);
  await warehouse.command(
    "CREATE MATERIALIZED VIEW every_row_mv TO every_row AS SELECT event_id FROM events_v1",
  );
}

export interface Verdict {
  /** Events that were acknowledged, and of those the ones that are not stored. */
  acknowledged: number;
  lost: number;
  /** Rows beyond one an event, of batches that were sent once: the collector's own doubles. */
  doubled: number;
  /** Rows beyond one an event, of batches whose answer was lost and that were sent again. */
  repeated: number;
  /** Events that a report counts beyond one an id: those repeated rows that no merge makes one of. */
  countedTwice: number;
}

/** Compares what was acknowledged with what is stored. */
export async function judge(warehouse: Warehouse, clients: Clients): Promise<Verdict> {
  const row = z.object({ batch: z.string(), ids: z.number(), rows: z.number() });
  const sql = `SELECT substringIndex(event_id, '/', 1) AS batch, uniqExact(event_id) AS ids, count() AS rows
    FROM every_row GROUP BY batch`;
  const stored = await warehouse.query({ name: "every row", sql, row });
  const found = new Map(stored.map((one) => [one.batch, one]));
  const verdict: Verdict = { acknowledged: 0, lost: 0, doubled: 0, repeated: 0, countedTwice: 0 };
  for (const [batch, { attempts, isAcknowledged }] of clients.sent) {
    const { ids, rows } = found.get(batch) ?? { ids: 0, rows: 0 };
    if (isAcknowledged) verdict.acknowledged += EVENTS_PER_BATCH;
    if (isAcknowledged) verdict.lost += EVENTS_PER_BATCH - ids;
    verdict[attempts === 1 ? "doubled" : "repeated"] += rows - ids;
  }
  const counted = z.object({ twice: z.number() });
  const final =
    "SELECT count() - uniqExact(event_id) AS twice FROM events_v1 FINAL WHERE event_name = 'fault.test'";
  const [{ twice } = { twice: -1 }] = await warehouse.query({ name: "final", sql: final, row: counted });
  return { ...verdict, countedTwice: twice };
}
