import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  ClickHouseLogLevel,
  createClient,
  type ClickHouseClient,
  type ClickHouseSettings,
} from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import type { z } from "zod";
import { migrateWarehouse } from "./migrate.ts";

export interface WarehouseOptions {
  /** `http://user:password@host:8123/database` of a ClickHouse server; unset opens chDB in this process. */
  url?: string | undefined;
  /** Folder of the embedded engine; it allows one engine and one folder a process. */
  path?: string | undefined;
  /** Cluster name, when migrations shall create Replicated and Distributed tables. */
  cluster?: string | undefined;
  /** Whether to create the database (the default); false opens a server without asking it anything, even when it is away. */
  create?: boolean | undefined;
}

export interface Query<Row> {
  /** The question's name; it becomes ClickHouse's `log_comment`. */
  name: string;
  /** Literal SQL with `{name: Type}` parameters; tables are named without a database. */
  sql: string;
  /** A Date binds to `DateTime64(3, 'UTC')` with its milliseconds. */
  params?: Record<string, unknown>;
  row: z.ZodType<Row>;
  settings?: ClickHouseSettings;
}

/** The one door to ClickHouse, server or in-process. */
export interface Warehouse {
  readonly database: string;
  /** Runs one question and checks every row against its schema. 64-bit numbers arrive as numbers, times as ISO 8601. */
  query<Row>(query: Query<Row>): Promise<Row[]>;
  command(sql: string, params?: Record<string, unknown>): Promise<void>;
  insert(table: string, rows: readonly object[]): Promise<void>;
  /** Inserts newline-delimited JSON; the same token within the last 10,000 inserts is stored once, views included. */
  insertNdjson(table: string, ndjson: Uint8Array, deduplicationToken: string): Promise<void>;
  /** Runs pending migrations and gives their names. */
  migrate(): Promise<string[]>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens the warehouse and creates its database; call `migrate` before the first query and `close` at the end. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const database = databaseOf(options.url);
  const client =
    options.url === undefined
      ? await openEmbedded(options.path, database)
      : await openServer({ url: options.url, create: options.create }, database);
  return createWarehouse(client, { database, cluster: options.cluster });
}

const DEFAULT_DATABASE = "voxloop";
const REQUEST_TIMEOUT_MS = 60_000;
/** Its errors are thrown to us, who log them once. */
const QUIET = { log: { level: ClickHouseLogLevel.OFF } };

const READ_SETTINGS: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 0,
  date_time_output_format: "iso",
};

const WRITE_SETTINGS: ClickHouseSettings = {
  date_time_input_format: "best_effort",
  input_format_skip_unknown_fields: 1,
  // The embedded engine keeps settings from one statement to the next: without this reset a plain insert would carry the
  // token of the batch before it and be dropped as its duplicate.
  insert_deduplication_token: "",
};

function createWarehouse(
  client: ClickHouseClient,
  layout: { database: string; cluster: string | undefined },
): Warehouse {
  return {
    database: layout.database,
    async query({ name, sql, params, row, settings }) {
      const result = await client.query({
        query: sql,
        format: "JSONEachRow",
        clickhouse_settings: { ...READ_SETTINGS, ...settings, log_comment: name },
        ...(params && { query_params: bindTimes(params) }),
      });
      return (await result.json<unknown>()).map((value) => row.parse(value));
    },
    async command(sql, params) {
      await client.command({ query: sql, ...(params && { query_params: bindTimes(params) }) });
    },
    async insert(table, rows) {
      if (rows.length === 0) return;
      await client.insert({
        table,
        values: rows,
        format: "JSONEachRow",
        clickhouse_settings: WRITE_SETTINGS,
      });
    },
    insertNdjson: (table, ndjson, token) => insertNdjson(client, { table, ndjson, token }),
    migrate: () => migrateWarehouse(client, layout),
    ping: async () => (await client.ping({ select: true })).success,
    close: () => client.close(),
  };
}

/** The client sends a Date as whole seconds, which moves a range's edge by up to a second; text keeps its milliseconds. */
function bindTimes(params: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      value instanceof Date ? value.toISOString().slice(0, -1) : value,
    ]),
  );
}

async function insertNdjson(
  client: ClickHouseClient,
  of: { table: string; ndjson: Uint8Array; token: string },
): Promise<void> {
  const { stream } = await client.exec({
    query: `INSERT INTO ${of.table} FORMAT JSONEachRow`,
    values: Readable.from([of.ndjson]),
    clickhouse_settings: {
      ...WRITE_SETTINGS,
      insert_deduplicate: 1,
      insert_deduplication_token: of.token,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      // The answer's status is sent when the rows are stored, not before.
      wait_end_of_query: 1,
    },
  });
  const answer = await text(stream);
  // An error after the status was sent stands in the body.
  if (/^Code: \d+|__exception__/m.test(answer)) throw new Error(answer.slice(0, 1_000));
}

async function openServer(
  { url, create = true }: { url: string; create?: boolean | undefined },
  database: string,
): Promise<ClickHouseClient> {
  if (create) await createDatabase(url, database);
  return createClient({ ...QUIET, url: withDatabase(url, database), request_timeout: REQUEST_TIMEOUT_MS });
}

async function createDatabase(url: string, database: string): Promise<void> {
  const client = createClient({ ...QUIET, url: withDatabase(url, "default") });
  try {
    await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
  } finally {
    await client.close();
  }
}

async function openEmbedded(path: string | undefined, database: string): Promise<ClickHouseClient> {
  const connection = createChdbConnection({ path: path ?? ":memory:" });
  const client = createClient({ connection: connection as never });
  await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
  await client.command({ query: `USE ${database}` });
  return client;
}

function databaseOf(url: string | undefined): string {
  const name = url === undefined ? "" : new URL(url).pathname.slice(1);
  if (name !== "" && !/^[A-Za-z_]\w{0,62}$/.test(name)) {
    throw new Error(
      `CLICKHOUSE_URL names the database ${JSON.stringify(name)}, which is not a plain identifier`,
    );
  }
  return name === "" ? DEFAULT_DATABASE : name;
}

function withDatabase(url: string, database: string): string {
  const copy = new URL(url);
  copy.pathname = `/${database}`;
  return copy.href;
}
