import { readdir, readFile } from "node:fs/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { renderMigration, splitStatements, type WarehouseLayout } from "./template.ts";

const MIGRATIONS = new URL("../migrations/", import.meta.url);

/**
 * Brings the warehouse to the newest schema, in file order, each once. Safe to run from several processes at a time
 * because every statement is idempotent and a migration is noted after it ran.
 */
export async function migrateWarehouse(
  client: ClickHouseClient,
  of: Omit<WarehouseLayout, "hasMapBuckets">,
): Promise<string[]> {
  const { database } = of;
  const layout = { ...of, hasMapBuckets: await hasMapBuckets(client) };
  for (const statement of splitStatements(renderMigration(BOOTSTRAP, layout))) {
    await client.command({ query: statement });
  }
  const done = new Set(await namesOfApplied(client, database));
  const applied: string[] = [];
  for (const name of await listMigrations()) {
    if (done.has(name)) continue;
    const sql = await readFile(new URL(name, MIGRATIONS), "utf8");
    for (const statement of splitStatements(renderMigration(sql, layout)))
      await client.command({ query: statement });
    await client.insert({ table: `${database}.migrations_v1`, values: [{ name }], format: "JSONEachRow" });
    applied.push(name);
  }
  return applied;
}

/** Names of all migration files in the order they run. */
export async function listMigrations(): Promise<string[]> {
  return (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql")).toSorted();
}

const BOOTSTRAP = `
CREATE DATABASE IF NOT EXISTS {database} {on_cluster};
CREATE TABLE IF NOT EXISTS {database}.migrations_v1 {on_cluster} (name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = {engine:ReplacingMergeTree} ORDER BY name;
{distributed:migrations_v1:cityHash64(name)}
`;

async function namesOfApplied(client: ClickHouseClient, database: string): Promise<string[]> {
  const result = await client.query({
    query: `SELECT name FROM ${database}.migrations_v1`,
    format: "JSONEachRow",
  });
  return (await result.json<{ name: string }>()).map((row) => row.name);
}

async function hasMapBuckets(client: ClickHouseClient): Promise<boolean> {
  const result = await client.query({
    query: "SELECT name FROM system.merge_tree_settings WHERE name = 'map_buckets_min_avg_size'",
    format: "JSONEachRow",
  });
  return (await result.json()).length > 0;
}
