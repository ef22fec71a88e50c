import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  ClickHouseLogLevel,
  createClient,
  parseError,
  type ClickHouseClient,
  type ClickHouseSettings,
} from "@clickhouse/client";
import { readRows, type Engine, type Insert } from "./engine.ts";

const REQUEST_TIMEOUT_MS = 120_000;
/** Its errors are thrown to us, who log them once. */
const QUIET = { log: { level: ClickHouseLogLevel.OFF } };

const SETTINGS: ClickHouseSettings = {
  // The status is sent when all is done, so that an error cannot come after a 200.
  wait_end_of_query: 1,
  // An insert is acknowledged when the shards have it, not when it waits in a queue of the server that was asked.
  async_insert: 0,
  distributed_foreground_insert: 1,
  // `IN (SELECT ...)` over Distributed tables: what the inner one gives is sent to the shards; by default it is refused.
  distributed_product_mode: "global",
};

/** Connects to a ClickHouse server; `create` makes its database, else nothing is asked of it yet. */
export async function openServer(
  { url, create = true }: { url: string; create?: boolean | undefined },
  database: string,
): Promise<Engine> {
  if (create) await createDatabase(url, database);
  const client = createClient({
    ...QUIET,
    url: withDatabase(url, database),
    request_timeout: REQUEST_TIMEOUT_MS,
    clickhouse_settings: SETTINGS,
  });
  return {
    client,
    control: client,
    read: (read) => readRows(client, read),
    insert: (insert) => insertOverHttp(client, insert),
    ping: async () => (await client.ping({ select: true })).success,
    close: () => client.close(),
  };
}

async function insertOverHttp(
  client: ClickHouseClient,
  { table, content, bytes, settings }: Insert,
): Promise<void> {
  const columns = content.format === "Native" ? ` (${content.columns.join(", ")})` : "";
  const { stream } = await client.exec({
    query: `INSERT INTO ${table}${columns} FORMAT ${content.format}`,
    values: Readable.from([bytes]),
    clickhouse_settings: settings,
  });
  // An insert answers nothing: what a proxy or an older server says after a 200 is an error.
  const answer = await text(stream);
  if (answer.trim() !== "") throw parseError(answer.slice(0, 2_000));
}

async function createDatabase(url: string, database: string): Promise<void> {
  const client = createClient({ ...QUIET, url: withDatabase(url, "default") });
  try {
    await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
  } finally {
    await client.close();
  }
}

function withDatabase(url: string, database: string): string {
  const copy = new URL(url);
  copy.pathname = `/${database}`;
  return copy.href;
}
