/** Where migrations are rendered for: one server (or chDB), or a named cluster of sharded replicas. */
export interface WarehouseLayout {
  database: string;
  /** ClickHouse cluster name; unset renders for a single server. */
  cluster?: string | undefined;
  /** Whether the servers can store a map's keys apart (older ones cannot), where their values compress to half. */
  hasMapBuckets?: boolean | undefined;
}

/**
 * Renders a migration's placeholders. On one server a table is itself; on a cluster it is a Replicated `name_local`
 * on every shard plus a Distributed `name`, so that queries use one name in both.
 */
export function renderMigration(sql: string, layout: WarehouseLayout): string {
  const { database, cluster, hasMapBuckets = false } = layout;
  assertIdentifier("database", database);
  if (cluster !== undefined) assertIdentifier("cluster", cluster);
  const rendered = sql
    .replaceAll("{database}", database)
    .replaceAll("{on_cluster}", cluster ? `ON CLUSTER ${cluster}` : "")
    .replaceAll("{local}", cluster ? "_local" : "")
    .replaceAll("{map_settings}", hasMapBuckets ? MAP_BUCKETS : "")
    .replaceAll("{insert_settings}", cluster ? INSERT_REPLICATED : INSERT_SINGLE)
    .replaceAll(/\{engine:(\w+)(?::(\w+))?\}/g, (_, engine: string, version?: string) =>
      renderEngine(engine, version, cluster !== undefined),
    )
    .replaceAll(/\{distributed:(\w+):([^}]+)\}/g, (_, table: string, shardKey: string) =>
      cluster ? renderDistributed({ database, cluster, table, shardKey }) : "",
    );
  return cluster
    ? rendered.replaceAll(
        /(CREATE TABLE IF NOT EXISTS \w+\.\w+)( ON CLUSTER \w+)\b(?!\s+AS)/g,
        (_, head: string, on: string) => `${head}_local${on}`,
      )
    : rendered;
}

/** Splits rendered SQL into statements; a `;` ends one only at a line's end, so none may stand inside a literal there. */
export function splitStatements(sql: string): string[] {
  return sql
    .split("\n")
    .filter((line) => !line.startsWith("--"))
    .join("\n")
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

const INSERT_SINGLE = "non_replicated_deduplication_window = 10000, fsync_after_insert = 1";
const INSERT_REPLICATED = "replicated_deduplication_window = 10000, fsync_after_insert = 1";

/** Plain maps in parts that are just inserted, buckets by key in merged ones. */
const MAP_BUCKETS =
  ", map_serialization_version = 'with_buckets', map_serialization_version_for_zero_level_parts = 'basic', map_buckets_min_avg_size = 0, map_buckets_strategy = 'constant', max_buckets_in_map = 64";

function renderEngine(engine: string, version: string | undefined, replicated: boolean): string {
  const args = replicated ? ["'/clickhouse/tables/{shard}/{database}/{table}'", "'{replica}'"] : [];
  if (version !== undefined) args.push(version);
  return `${replicated ? "Replicated" : ""}${engine}(${args.join(", ")})`;
}

function renderDistributed(of: {
  database: string;
  cluster: string;
  table: string;
  shardKey: string;
}): string {
  const { database, cluster, table, shardKey } = of;
  return `CREATE TABLE IF NOT EXISTS ${database}.${table} ON CLUSTER ${cluster} AS ${database}.${table}_local ENGINE = Distributed(${cluster}, ${database}, ${table}_local, ${shardKey});`;
}

/** Identifiers cannot be bound as parameters, so anything but a plain name is refused. */
function assertIdentifier(what: string, name: string): void {
  if (!/^[A-Za-z_]\w{0,62}$/.test(name))
    throw new Error(`${what} is not a plain SQL identifier: ${JSON.stringify(name)}`);
}
