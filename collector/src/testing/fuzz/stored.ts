import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";

/** Keeps a row of every row that is inserted, since merges make one of those that are alike. */
export async function keepEveryRow(warehouse: Warehouse): Promise<void> {
  await warehouse.command("CREATE TABLE every_row (event_id String) ENGINE = MergeTree ORDER BY tuple()");
  await warehouse.command(
    "CREATE MATERIALIZED VIEW every_row_mv TO every_row AS SELECT event_id FROM events_v1",
  );
}

/** Rows stored, and of those of sound requests the rows and the different ids. */
export async function countRows(
  warehouse: Warehouse,
): Promise<{ all: number; intact: number; intactIds: number }> {
  const sql = `SELECT count() AS all, countIf(startsWith(event_id, 'intact:')) AS intact,
    uniqExactIf(event_id, startsWith(event_id, 'intact:')) AS intactIds FROM every_row`;
  const row = z.object({ all: z.number(), intact: z.number(), intactIds: z.number() });
  const [counts] = await warehouse.query({ name: "every row", sql, row });
  return counts ?? { all: 0, intact: 0, intactIds: 0 };
}
