import type { ClickHouseSettings } from "@clickhouse/client";
import { totalmem } from "node:os";
import type { z } from "zod";
import { createAnswering, type Asker, type Progress } from "./answering.ts";
import type { Engine } from "./engine.ts";
import { migrateWarehouse } from "./migrate.ts";
import { createMemory, VERSION, type Remembered } from "./memory.ts";
import type { EventBlock } from "./native/merge-blocks.ts";
import { openServer } from "./server.ts";
import { renderMigration } from "./template.ts";

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
  /** The question's name; ClickHouse's `log_comment` begins with it. */
  name: string;
  /** Literal SQL with `{name: Type}` parameters; tables are named without a database. */
  sql: string;
  /** A Date binds to `DateTime64(3, 'UTC')` with its milliseconds. */
  params?: Record<string, unknown>;
  row: z.ZodType<Row>;
  settings?: ClickHouseSettings;
  /** Of a question that costs much and is asked again: it is answered from memory while nothing came in that changes the answer. */
  remembered?: Remembered;
}

/** The one door to ClickHouse, server or in-process. */
export interface Warehouse {
  readonly database: string;
  /** Runs one question and checks every row against its schema. 64-bit numbers arrive as numbers, times as ISO 8601. */
  query<Row>(query: Query<Row>): Promise<Row[]>;
  /** Runs what asks questions for somebody; when the signal fires, the engine stops answering them. */
  answering<T>(asker: Asker, run: () => Promise<T>): Promise<T>;
  progressOf(id: string): Promise<Progress>;
  command(sql: string, params?: Record<string, unknown>): Promise<void>;
  insert(table: string, rows: readonly object[]): Promise<void>;
  /** Inserts newline-delimited JSON; the same token within the last 10,000 inserts is stored once, views included. */
  insertNdjson(table: string, ndjson: Uint8Array, deduplicationToken: string): Promise<void>;
  /** Inserts a block of events; the token as for `insertNdjson`. */
  insertEvents(block: EventBlock, deduplicationToken: string): Promise<void>;
  /**
   * Deletes the rows of a table that meet a condition, before it resolves; of a cluster on every shard, where `{local}` after
   * a table's name in the condition is the shard's part of it. It rewrites files: nothing for every minute.
   */
  deleteRows(table: string, where: string, params: Record<string, unknown>): Promise<void>;
  /** Runs pending migrations and gives their names. */
  migrate(): Promise<string[]>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens the warehouse and creates its database; call `migrate` before the first query and `close` at the end. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const database = databaseOf(options.url);
  const engine =
    options.url === undefined
      ? await openInProcess(options.path, database)
      : await openServer({ url: options.url, create: options.create }, database);
  return createWarehouse(engine, { database, cluster: options.cluster });
}

/**
 * Loads the engine only where it is opened. A worker thread that had loaded it would take it down for the whole process when
 * the thread ends.
 */
async function openInProcess(path: string | undefined, database: string): Promise<Engine> {
  const { openEmbedded } = await import("./embedded.ts");
  return openEmbedded(path, database);
}

const DEFAULT_DATABASE = "voxloop";

const MAX_MEMORY_BYTES = Math.min(8 * 2 ** 30, Math.floor(totalmem() / 4) * 2);

const READ_SETTINGS: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 0,
  date_time_output_format: "iso",
  max_execution_time: 60,
  // A question takes at most half of the memory, and goes to disk before it does.
  max_memory_usage: String(MAX_MEMORY_BYTES),
  max_bytes_before_external_group_by: String(MAX_MEMORY_BYTES / 2),
  max_bytes_before_external_sort: String(MAX_MEMORY_BYTES / 2),
  // The index is asked for few ids; for many it costs more to sort them than to read one column.
  use_index_for_in_with_subqueries_max_values: "10000",
};

const WRITE_SETTINGS: ClickHouseSettings = {
  date_time_input_format: "best_effort",
  input_format_skip_unknown_fields: 1,
};

function createWarehouse(
  engine: Engine,
  layout: { database: string; cluster: string | undefined },
): Warehouse {
  const { client } = engine;
  const answering = createAnswering(engine, layout.cluster);
  const ask = ({ name, sql, params = {}, settings }: Omit<Query<unknown>, "row" | "remembered">) =>
    answering.ask(name, (comment, signal) => {
      const all = { ...READ_SETTINGS, ...settings, log_comment: comment };
      return engine.read({ sql, params: bindTimes(params), settings: all, signal });
    });
  const memory = createMemory(async ({ project, until }) => {
    const [row] = await ask({ name: "what-came-in", sql: VERSION, params: { project, until } });
    return JSON.stringify(row);
  });
  return {
    database: layout.database,
    async query({ row, remembered, ...question }) {
      const rows =
        remembered === undefined
          ? await ask(question)
          : await memory.answer(JSON.stringify(question), remembered, () => ask(question));
      return rows.map((value) => row.parse(value));
    },
    answering: (asker, run) => answering.within(asker, run),
    progressOf: (id) => answering.progressOf(id),
    command: async (sql, params = {}) =>
      void (await client.command({ query: sql, query_params: bindTimes(params) })),
    ...createInserts(engine),
    async deleteRows(table, where, params) {
      const sql = `DELETE FROM ${plain(table)}{local} {on_cluster} WHERE ${where}`;
      const settings = layout.cluster === undefined ? {} : { allow_nondeterministic_mutations: 1 as const };
      const query = renderMigration(sql, layout);
      await client.command({ query, query_params: bindTimes(params), clickhouse_settings: settings });
    },
    migrate: () => migrateWarehouse(client, layout),
    ping: () => engine.ping(),
    close: () => engine.close(),
  };
}

function createInserts(engine: Engine): Pick<Warehouse, "insert" | "insertNdjson" | "insertEvents"> {
  return {
    async insert(table, rows) {
      if (rows.length === 0) return;
      const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      await engine.insert({ table: plain(table), content: NDJSON, bytes, settings: WRITE_SETTINGS });
    },
    async insertNdjson(table, ndjson, deduplicationToken) {
      const settings = { ...WRITE_SETTINGS, ...ONCE, insert_deduplication_token: deduplicationToken };
      await engine.insert({ table: plain(table), content: NDJSON, bytes: ndjson, settings });
    },
    async insertEvents({ bytes, columns }, deduplicationToken) {
      const settings = { ...ONCE, ...AS_IT_COMES, insert_deduplication_token: deduplicationToken };
      const content = { format: "Native", columns } as const;
      await engine.insert({ table: "events_v1", content, bytes, settings });
    },
  };
}

const ONCE: ClickHouseSettings = {
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
};

const NDJSON = { format: "JSONEachRow" } as const;

/** Retried events of one block are collapsed by merges, as those of two blocks are; doing it at insert costs three times the insert. */
const AS_IT_COMES: ClickHouseSettings = { optimize_on_insert: 0 };

/** A table's name cannot be bound as a parameter, so anything but a plain name is refused. */
function plain(table: string): string {
  if (!/^[A-Za-z_]\w*$/.test(table)) throw new Error(`not a plain table name: ${JSON.stringify(table)}`);
  return table;
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

function databaseOf(url: string | undefined): string {
  const name = url === undefined ? "" : new URL(url).pathname.slice(1);
  if (name !== "" && !/^[A-Za-z_]\w{0,62}$/.test(name)) {
    throw new Error(
      `CLICKHOUSE_URL names the database ${JSON.stringify(name)}, which is not a plain identifier`,
    );
  }
  return name === "" ? DEFAULT_DATABASE : name;
}
