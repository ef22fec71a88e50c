import { openWarehouse } from "@voxloop/warehouse";
import { z } from "zod";

export interface Stored {
  /** Different events in ClickHouse, and rows. */
  events: number;
  rows: number;
  /** From the answer's side of a request to its rows' insert, of the events that say something (one in a thousand). */
  lagP50Seconds: number;
  lagP99Seconds: number;
  /** On disk when all parts are merged, by table. */
  bytesPerEvent: Record<string, number>;
}

/** Looks at a warehouse that no process holds any more. */
export async function inspectStored(path: string): Promise<Stored> {
  const warehouse = await openWarehouse({ path });
  try {
    const [counted] = await warehouse.query({
      name: "bench_counted",
      sql: "SELECT uniqExact(event_id) AS events, count() AS rows FROM events_v1",
      row: z.object({ events: z.number(), rows: z.number() }),
    });
    const [lag] = await warehouse.query({
      name: "bench_lag",
      sql: `SELECT quantile(0.5)(seconds) AS p50, quantile(0.99)(seconds) AS p99 FROM
        (SELECT dateDiff('millisecond', e.received_at, v.stored_at) / 1000 AS seconds
        FROM voice_events_v1 AS v INNER JOIN events_v1 AS e USING (event_id))`,
      row: z.object({ p50: z.number().nullable(), p99: z.number().nullable() }),
    });
    const { events = 0, rows = 0 } = counted ?? {};
    const bytes = await bytesByTable(warehouse);
    return {
      events,
      rows,
      lagP50Seconds: lag?.p50 ?? 0,
      lagP99Seconds: lag?.p99 ?? 0,
      bytesPerEvent: Object.fromEntries(bytes.map((one) => [one.table, one.bytes / events])),
    };
  } finally {
    await warehouse.close();
  }
}

async function bytesByTable(warehouse: Awaited<ReturnType<typeof openWarehouse>>) {
  const tables = "events_v1 error_events_v1 transaction_events_v1 voice_events_v1".split(" ");
  for (const table of tables) await warehouse.command(`OPTIMIZE TABLE ${table} FINAL`);
  return warehouse.query({
    name: "bench_bytes",
    sql: `SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts
      WHERE database = currentDatabase() AND active AND table IN {tables: Array(String)} GROUP BY table ORDER BY bytes DESC`,
    params: { tables },
    row: z.object({ table: z.string(), bytes: z.number() }),
  });
}
