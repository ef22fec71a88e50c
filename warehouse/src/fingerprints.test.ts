import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { fingerprintOf, listMigrations, openWarehouse, renderMigration, splitStatements } from "./index.ts";

const warehouse = await openWarehouse({});
afterAll(() => warehouse.close());

const NEW_FINGERPRINTS = "012_error_fingerprints.sql";

/** A warehouse as the version before had it, with an error of it. */
beforeAll(async () => {
  const older = (await listMigrations()).filter((name) => name < NEW_FINGERPRINTS);
  for (const name of older) {
    const sql = await readFile(new URL(`../migrations/${name}`, import.meta.url), "utf8");
    for (const statement of splitStatements(renderMigration(sql, { database: "voxloop" })))
      await warehouse.command(statement);
  }
  await warehouse.command(
    "CREATE TABLE migrations_v1 (name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = ReplacingMergeTree ORDER BY name",
  );
  await warehouse.insert(
    "migrations_v1",
    older.map((name) => ({ name })),
  );
  await warehouse.insert("events_v1", [errorEvent("before"), { ...errorEvent("code"), ...CODE }]);
  await warehouse.migrate();
});

const CODE = { error_code: "E1042", flow: "transfer" };

/** An error with the two calls that version 1 looked at, called from `page`. */
function errorEvent(id: string, page = "transfer") {
  return {
    project_id: "bank",
    event_name: "exception",
    time: "2026-05-01T10:00:00.000Z",
    received_at: "2026-05-01T10:00:00.000Z",
    event_id: id,
    customer_id: "c1",
    error_type: "Error",
    error_message: "amount is missing",
    error_stack: `Error: amount is missing\n    at check (https://a/src/http.ts:1:2)\n    at send (https://a/src/http.ts:9:2)\n    at ${page} (https://a/src/${page}.ts:3:4)`,
  };
}

function fingerprinted(event: ReturnType<typeof errorEvent> & Partial<typeof CODE>) {
  const facts = { code: event.error_code ?? "", flow: event.flow ?? "", type: event.error_type };
  const { fingerprint } = fingerprintOf({ ...facts, message: event.error_message, stack: event.error_stack });
  return { ...event, error_fingerprint: fingerprint };
}

async function groupOf(id: string): Promise<{ fingerprint: string; own: string }> {
  const [found] = await warehouse.query({
    name: "group",
    sql: "SELECT fingerprint, own_fingerprint AS own FROM error_events_v1 WHERE event_id = {id: String}",
    params: { id },
    row: z.object({ fingerprint: z.string(), own: z.string() }),
  });
  return found ?? { fingerprint: "", own: "" };
}

test("after an upgrade an error is found in the group that it had before", async () => {
  const code = { ...errorEvent("code after"), ...CODE };
  await warehouse.insert("events_v1", [fingerprinted(errorEvent("after")), fingerprinted(code)]);
  const before = await groupOf("before");
  const after = await groupOf("after");
  expect(before.own).toBe("");
  expect(after.fingerprint).toBe(before.fingerprint);
  expect(after.own).toBe(fingerprinted(errorEvent("after")).error_fingerprint);
  expect((await groupOf("code after")).fingerprint).toBe((await groupOf("code")).fingerprint);
});

test("a group of nobody before has the collector's fingerprint", async () => {
  const other = { ...errorEvent("other"), project_id: "shop" };
  const typed = { ...errorEvent("typed"), error_type: "RangeError" };
  await warehouse.insert("events_v1", [fingerprinted(other), fingerprinted(typed)]);
  for (const event of [other, typed])
    expect(await groupOf(event.event_id)).toEqual({
      fingerprint: fingerprinted(event).error_fingerprint,
      own: fingerprinted(event).error_fingerprint,
    });
});

test("a group that an older collector makes during the upgrade is kept too", async () => {
  const event = { ...errorEvent("late"), error_type: "SyntaxError" };
  await warehouse.insert("events_v1", [event]);
  await warehouse.insert("events_v1", [fingerprinted({ ...event, event_id: "later" })]);
  expect((await groupOf("later")).fingerprint).toBe((await groupOf("late")).fingerprint);
});
