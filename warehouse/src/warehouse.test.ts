import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openWarehouse, type Warehouse } from "./index.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const event = {
  project_id: "p",
  event_name: "vox.transaction",
  time: "2026-05-01T10:00:00.123Z",
  received_at: "2026-05-01T10:00:01.000Z",
  event_id: "e1",
  customer_id: "c1",
  flow: "transfer",
  outcome: "failed",
  error_code: "E1042",
};

test("a migrated warehouse has nothing left to migrate", async () => {
  expect(await warehouse.migrate()).toEqual([]);
});

test("an insert with the same token is stored once, in the table and in its views", async () => {
  const body = new TextEncoder().encode(`${JSON.stringify(event)}\n`);
  await warehouse.insertNdjson("events_v1", body, "t1");
  await warehouse.insertNdjson("events_v1", body, "t1");
  const row = z.object({
    events: z.number(),
    errors: z.number(),
    transactions: z.number(),
    time: z.iso.datetime(),
  });
  const sql = `SELECT (SELECT count() FROM events_v1) AS events, (SELECT count() FROM error_events_v1) AS errors,
    (SELECT count() FROM transaction_events_v1) AS transactions, (SELECT any(time) FROM events_v1) AS time`;
  expect(await warehouse.query({ name: "counts", sql, row })).toEqual([
    { events: 1, errors: 1, transactions: 1, time: "2026-05-01T10:00:00.123Z" },
  ]);
});

test("a plain insert after a batch with a token is stored", async () => {
  const body = new TextEncoder().encode(`${JSON.stringify({ ...event, event_id: "e2" })}\n`);
  await warehouse.insertNdjson("events_v1", body, "t2");
  await warehouse.insert("events_v1", [{ ...event, event_id: "e3" }]);
  const sql = "SELECT event_id AS id FROM events_v1 WHERE event_id IN ('e2', 'e3') ORDER BY id";
  const rows = await warehouse.query({ name: "ids", sql, row: z.object({ id: z.string() }) });
  expect(rows).toEqual([{ id: "e2" }, { id: "e3" }]);
});

test("a row that does not fit the schema of its question is an error", async () => {
  const sql = "SELECT {n: UInt8} AS n";
  await expect(
    warehouse.query({ name: "n", sql, params: { n: 7 }, row: z.object({ n: z.string() }) }),
  ).rejects.toThrow();
});

test("a time as a parameter keeps its milliseconds", async () => {
  const time = new Date("2026-05-01T10:00:00.678Z");
  const sql = "SELECT {time: DateTime64(3, 'UTC')} AS time";
  const rows = await warehouse.query({
    name: "time",
    sql,
    params: { time },
    row: z.object({ time: z.string() }),
  });
  expect(rows).toEqual([{ time: time.toISOString() }]);
});
