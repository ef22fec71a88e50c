import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { listMigrations, renderMigration, splitStatements } from "./index.ts";

const CLUSTER = { database: "voxloop", cluster: "prod" };
const SINGLE = { database: "voxloop" };

async function allStatements(layout: { database: string; cluster?: string }): Promise<string[]> {
  const files = await listMigrations();
  const texts = await Promise.all(
    files.map((name) => readFile(new URL(`../migrations/${name}`, import.meta.url), "utf8")),
  );
  return texts.flatMap((sql) => splitStatements(renderMigration(sql, layout)));
}

test("migrations are numbered from 1 without gaps", async () => {
  const numbers = (await listMigrations()).map((name) => Number(name.slice(0, 3)));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

test("no placeholder is left over, on one server or on a cluster", async () => {
  for (const layout of [SINGLE, CLUSTER]) {
    // The path of a replica is ClickHouse's own macros.
    const statements = (await allStatements(layout)).map((sql) =>
      sql.replaceAll(/'\/clickhouse\/tables[^']*'/g, ""),
    );
    const left = statements.filter((sql) =>
      /\{(database|on_cluster|local|insert_settings|engine|distributed)\b/.test(sql),
    );
    expect(left).toEqual([]);
  }
});

test("on a cluster every statement that creates or alters runs on all of it", async () => {
  const statements = await allStatements(CLUSTER);
  const changes = statements.filter((sql) => /^(CREATE|ALTER|DROP|RENAME)/.test(sql));
  expect(changes.length).toBeGreaterThan(5);
  expect(changes.filter((sql) => !sql.includes("ON CLUSTER prod"))).toEqual([]);
});

test("on a cluster a table is a Replicated one on each shard and a Distributed one over them", async () => {
  const statements = await allStatements(CLUSTER);
  const tables = statements.filter((sql) => sql.startsWith("CREATE TABLE"));
  const local = tables.filter((sql) => sql.includes("_local ON CLUSTER"));
  const over = tables.filter((sql) => sql.includes("ENGINE = Distributed("));
  expect(local.length).toBeGreaterThan(3);
  expect(over).toHaveLength(local.length);
  expect(local.every((sql) => sql.includes("ENGINE = Replicated"))).toBe(true);
  for (const sql of local) {
    const name = /voxloop\.(\w+)_local/.exec(sql)?.[1] ?? "";
    expect(over.some((other) => other.includes(`voxloop.${name} ON CLUSTER`))).toBe(true);
  }
});

test("on a cluster a view that stores reads and writes the shard's own tables", async () => {
  const views = (await allStatements(CLUSTER)).filter((sql) => sql.startsWith("CREATE MATERIALIZED VIEW"));
  expect(views.length).toBeGreaterThan(1);
  for (const sql of views) {
    expect(sql).toMatch(/TO voxloop\.\w+_local/);
    expect(sql).toMatch(/FROM voxloop\.\w+_local/);
  }
});

test("on one server nothing is replicated or distributed", async () => {
  const all = (await allStatements(SINGLE)).join("\n");
  expect(all).not.toMatch(/ON CLUSTER|Replicated|Distributed|_local/);
});

test("a name that is not a plain identifier is refused", () => {
  expect(() => renderMigration("", { database: "a; DROP DATABASE b" })).toThrow(/plain SQL identifier/);
  expect(() => renderMigration("", { database: "a", cluster: "b'" })).toThrow(/plain SQL identifier/);
});
