import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@clickhouse/client";
import { startClickHouseServer } from "@voxloop/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { openWarehouse, type Warehouse, type WarehouseOptions } from "./index.ts";

const server = await startClickHouseServer();
afterAll(() => server.stop());

const SIDES: [name: string, options: WarehouseOptions][] = [
  ["chDB in this process", {}],
  ["ClickHouse over HTTP", { url: server.url }],
];

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

const hostileText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "'",
    "\\",
    "\\'",
    "'); DROP TABLE events_v1; --",
    "\t\n\r",
    "{x: String}",
    "NULL",
    "转账失败",
  ),
);

/** Takes five seconds. */
const LONG = "SELECT sum(sleepEachRow(1)) AS zero FROM numbers(5) SETTINGS max_block_size = 1";

describe.each(SIDES)("the warehouse: %s", (_, options) => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await openWarehouse(options);
    await warehouse.migrate();
  });
  afterAll(() => warehouse.close());

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

  test("an insert the engine refuses is an error, and stores nothing", async () => {
    const body = new TextEncoder().encode(
      `${JSON.stringify({ ...event, event_id: "bad", score: "many" })}\n`,
    );
    await expect(warehouse.insertNdjson("events_v1", body, "bad")).rejects.toMatchObject({
      type: expect.stringMatching(/^CANNOT_PARSE/),
      message: expect.stringMatching(/score|parse/i),
    });
    await expect(warehouse.insert("no_such_table", [{ a: 1 }])).rejects.toThrow(/no_such_table/);
    const sql = "SELECT count() AS rows FROM events_v1 WHERE event_id = 'bad'";
    expect(await warehouse.query({ name: "bad", sql, row: z.object({ rows: z.number() }) })).toEqual([
      { rows: 0 },
    ]);
  });

  test("a question the engine refuses is an error that says why", async () => {
    const ask = warehouse.query({ name: "wrong", sql: "SELECT nothing FROM nowhere", row: z.object({}) });
    await expect(ask).rejects.toThrow(/nowhere/);
  });

  test("a parameter comes back as it is, and is never read as SQL", async () => {
    const row = z.object({ text: z.string(), list: z.array(z.string()) });
    const sql = "SELECT {text: String} AS text, {list: Array(String)} AS list";
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary" }),
        fc.array(hostileText, { maxLength: 3 }),
        async (text, list) => {
          const clean = [text, ...list].map((part) => part.replaceAll("\0", ""));
          const params = { text: clean[0] ?? "", list: clean.slice(1) };
          expect(await warehouse.query({ name: "echo", sql, params, row })).toEqual([params]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("questions and inserts at the same time keep their own settings", async () => {
    const insertOne = (index: number) => {
      const body = new TextEncoder().encode(`${JSON.stringify({ ...event, event_id: `many-${index}` })}\n`);
      return warehouse.insertNdjson("events_v1", body, `many-${index}`);
    };
    const askOne = (n: number) =>
      warehouse.query({
        name: "one",
        sql: "SELECT {n: UInt32} AS n",
        params: { n },
        row: z.object({ n: z.number() }),
      });
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const [answers] = await Promise.all([
      Promise.all(numbers.map(askOne)),
      Promise.all(numbers.map(insertOne)),
    ]);
    expect(answers.map(([row]) => row?.n)).toEqual(numbers);
    const sql = "SELECT count() AS rows FROM events_v1 WHERE startsWith(event_id, 'many-')";
    expect(await warehouse.query({ name: "many", sql, row: z.object({ rows: z.number() }) })).toEqual([
      { rows: 20 },
    ]);
  });

  test("of a retried event's copies the one that arrived first stays", async () => {
    for (const second of ["02", "01", "03"]) {
      const copy = { ...event, event_id: "retried", received_at: `2026-05-01T10:00:${second}.000Z` };
      await warehouse.insert("events_v1", [copy]);
    }
    const sql = "SELECT received_at AS received FROM events_v1 FINAL WHERE event_id = 'retried'";
    const rows = await warehouse.query({ name: "first", sql, row: z.object({ received: z.string() }) });
    expect(rows).toEqual([{ received: "2026-05-01T10:00:01.000Z" }]);
  });

  test("a voice that is scored again is one voice", async () => {
    const voice = { project_id: "p", time: "2026-05-01T10:00:00.000Z", voice_id: "v1", comment: "好" };
    await warehouse.insert("voices_v1", [
      { ...voice, sentiment_label: "neutral", scored_at: "2026-05-01T10:01:00.000Z" },
    ]);
    await warehouse.insert("voices_v1", [
      { ...voice, sentiment_label: "positive", scored_at: "2026-05-01T10:02:00.000Z" },
    ]);
    const sql = "SELECT sentiment_label AS label FROM voices_v1 FINAL WHERE voice_id = 'v1'";
    const rows = await warehouse.query({ name: "voice", sql, row: z.object({ label: z.string() }) });
    expect(rows).toEqual([{ label: "positive" }]);
  });

  test("a question's own settings end with it", async () => {
    const ask = {
      name: "three",
      sql: "SELECT number FROM numbers(3)",
      row: z.object({ number: z.number() }),
    };
    expect(await warehouse.query({ ...ask, settings: { limit: "1" } })).toHaveLength(1);
    expect(await warehouse.query(ask)).toHaveLength(3);
  });

  test("a question that takes longer than it may is ended", async () => {
    const endless = warehouse.query({
      name: "endless",
      sql: "SELECT sum(sipHash64(number)) AS sum FROM numbers(1000000000000)",
      row: z.object({ sum: z.number() }),
      settings: { max_execution_time: 1 },
    });
    await expect(endless).rejects.toThrow(/Timeout exceeded/);
  });

  test("a question that nobody waits for any more is stopped, and tells how far it is until then", async () => {
    const asker = { id: "0123456789abcdef0123456789abcdef", controller: new AbortController() };
    const { signal } = asker.controller;
    const sql = "SELECT count() AS rows FROM numbers(1000000000000) WHERE sipHash64(number) = {one: UInt8}";
    const ask = () => warehouse.query({ name: "endless", sql, params: { one: 1 }, row: z.unknown() });
    const answer = warehouse.answering({ id: asker.id, signal }, ask).catch((error: Error) => error.message);
    const running = () => warehouse.progressOf(asker.id);
    await expect.poll(async () => (await running()).readRows, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(await running()).toMatchObject({ running: 1, totalRows: 1_000_000_000_000 });
    asker.controller.abort(new Error("the page was left"));
    expect(await answer).toBe("the page was left");
    await expect.poll(running).toEqual({ running: 0, readRows: 0, totalRows: 0, seconds: 0 });
    await expect(warehouse.answering({ id: asker.id, signal }, ask)).rejects.toThrow("the page was left");
    await expect(warehouse.answering({ id: "*/ 1", signal }, ask)).rejects.toThrow();
    const next = await warehouse.query({ name: "next", sql: "SELECT 1 AS one", row: z.unknown() });
    expect(next).toEqual([{ one: 1 }]);
  });

  test("a long question holds no insert up", async () => {
    let isAnswered = false;
    const long = warehouse
      .query({ name: "long", sql: LONG, row: z.object({ zero: z.number() }) })
      .then(() => (isAnswered = true));
    await warehouse.insert("events_v1", [{ ...event, event_id: "beside" }]);
    expect(isAnswered).toBe(false);
    await long;
  });

  test("a token may be any text", async () => {
    // Ids of their own, since a merge may make one row of two that are the same event.
    for (const [id, token] of [
      ["quoted-1", "it's \\"],
      ["quoted-2", "it's \\"],
      ["quoted-3", "it's \\'"],
    ] as const) {
      const body = new TextEncoder().encode(`${JSON.stringify({ ...event, event_id: id })}\n`);
      await warehouse.insertNdjson("transaction_events_v1", body, token);
    }
    const sql = "SELECT count() AS rows FROM transaction_events_v1 WHERE startsWith(event_id, 'quoted-')";
    const rows = await warehouse.query({ name: "quoted", sql, row: z.object({ rows: z.number() }) });
    expect(rows).toEqual([{ rows: 2 }]);
  });

  test("a table's name that is more than a name is refused", async () => {
    const body = new TextEncoder().encode("{}\n");
    const table = "events_v1 SELECT * FROM voices_v1 --";
    await expect(warehouse.insertNdjson(table, body, "t")).rejects.toThrow(/not a plain table name/);
    await expect(warehouse.insert(table, [{}])).rejects.toThrow(/not a plain table name/);
  });

  test("it answers a ping", async () => {
    expect(await warehouse.ping()).toBe(true);
  });
});

test("a server that is away is an error when asked, and none when only opened", async () => {
  const url = "http://127.0.0.1:1/voxloop";
  await expect(openWarehouse({ url })).rejects.toThrow(/ECONNREFUSED/);
  const warehouse = await openWarehouse({ url, create: false });
  expect(await warehouse.ping()).toBe(false);
  await expect(warehouse.insertNdjson("events_v1", new Uint8Array([10]), "t")).rejects.toThrow();
  await warehouse.close();
});

test("an insert waits for the shards, and an error in the body of a 200 is an error", async () => {
  const asked: URLSearchParams[] = [];
  const says = { answer: "" };
  const proxy = createServer((request, response) => {
    asked.push(new URL(request.url ?? "/", "http://localhost").searchParams);
    request.resume().once("end", () => response.end(says.answer));
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  const warehouse = await openWarehouse({ url: `http://127.0.0.1:${port}/voxloop`, create: false });
  const body = new TextEncoder().encode("{}\n");
  await warehouse.insertNdjson("events_v1", body, "t1");
  expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
    async_insert: "0",
    distributed_foreground_insert: "1",
    wait_end_of_query: "1",
    insert_deduplication_token: "t1",
    deduplicate_blocks_in_dependent_materialized_views: "1",
  });
  says.answer = "Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)";
  await expect(warehouse.insertNdjson("events_v1", body, "t2")).rejects.toThrow(/Memory limit/);
  await expect(warehouse.insert("events_v1", [{}])).rejects.toThrow(/Memory limit/);
  await warehouse.close();
  proxy.close();
});

test("the official client works compressed in both directions", async () => {
  const compression = { request: true, response: true };
  const client = createClient({ url: server.url, compression });
  await client.command({ query: "CREATE TABLE gzip (n UInt32) ENGINE = MergeTree ORDER BY n" });
  await client.insert({ table: "gzip", values: [{ n: 1 }, { n: 2 }], format: "JSONEachRow" });
  const rows = await client.query({ query: "SELECT n FROM gzip ORDER BY n", format: "JSONEachRow" });
  expect(await rows.json()).toEqual([{ n: 1 }, { n: 2 }]);
  await client.close();
});

test("a wrong password is an error that says so", async () => {
  const url = new URL(server.url);
  url.password = "wrong";
  await expect(openWarehouse({ url: url.href })).rejects.toThrow(/Authentication failed/);
});

test(
  "what a server acknowledged is there after it is killed, and its token still counts",
  { timeout: 60_000 },
  async () => {
    const first = await startClickHouseServer();
    const body = new TextEncoder().encode(`${JSON.stringify(event)}\n`);
    const before = await openWarehouse({ url: first.url });
    await before.migrate();
    await before.insertNdjson("events_v1", body, "t1");
    await first.kill();
    const second = await startClickHouseServer({ path: first.path, port: first.port });
    await before.insertNdjson("events_v1", body, "t1");
    const sql = "SELECT count() AS rows FROM events_v1";
    expect(await before.query({ name: "rows", sql, row: z.object({ rows: z.number() }) })).toEqual([
      { rows: 1 },
    ]);
    await before.close();
    await second.stop();
  },
);
