import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import type { ColumnOfEvents } from "./native/event-columns.ts";

export interface Read {
  sql: string;
  params: Record<string, unknown>;
  settings: ClickHouseSettings;
  /** Fires when nobody waits for the answer any more: a question that has not begun is not asked then. */
  signal?: AbortSignal | undefined;
}

export interface Insert {
  table: string;
  /** What the bytes are: rows as newline-delimited JSON, or blocks of these columns of `events_v1`. */
  content: { format: "JSONEachRow" } | { format: "Native"; columns: readonly ColumnOfEvents[] };
  bytes: Uint8Array;
  settings: ClickHouseSettings;
}

/** What differs between a server and the engine within this process. */
export interface Engine {
  /** For statements that give no rows. */
  readonly client: ClickHouseClient;
  /** For statements about statements, which wait for none. */
  readonly control: ClickHouseClient;
  /** Gives the rows; `settings` hold for this question only. */
  read(read: Read): Promise<unknown[]>;
  /** Resolves when the rows are stored, and rejects when they are not or may not be. */
  insert(insert: Insert): Promise<void>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/** The rows of one question, asked of a client with its settings. */
export async function readRows(
  client: ClickHouseClient,
  { sql, params, settings }: Read,
): Promise<unknown[]> {
  const result = await client.query({
    query: sql,
    format: "JSONEachRow",
    query_params: params,
    clickhouse_settings: settings,
  });
  return result.json<unknown>();
}
