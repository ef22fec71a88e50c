import { schema } from "@voxloop/ledger";
import { settledOf } from "@voxloop/warehouse";
import { eq } from "drizzle-orm";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openTestDeps } from "../http/test-app.fixture.ts";
import { rankErrors } from "./query.ts";
import { settleErrorsJob } from "./settle-job.ts";
import { anEvent, type TestEvent } from "./slow-ranking.fixture.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const RECOVERY = 1800;
/** What comes late is known by the engine's clock. */
const NOW = Date.now();
const FROM = Math.floor(NOW / HOUR) * HOUR - 8 * HOUR;
let now = NOW;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeAll(async () => {
  deps = { ...(await openTestDeps(new Date(NOW))), now: () => new Date(now) };
  await deps.ledger.db.delete(schema.projects);
});
afterAll(() => deps.close());

async function store(project_id: string, events: TestEvent[]): Promise<void> {
  const rows = events.map((event) => ({ ...event, project_id, time: new Date(event.time).toISOString() }));
  await deps.warehouse.insert("events_v1", rows);
}

/** Says that events of a project came long before: a new one is left alone for its first minutes. */
const comesFromLongAgo = (project_id: string) =>
  deps.warehouse.insert("touched_hours_v1", [
    { stored_at: new Date(NOW - HOUR).toISOString(), project_id, hour: 0 },
  ]);

/** Settles a project alone, at the given time after the test began. */
async function settle(id: string, after: number): Promise<void> {
  now = NOW + after;
  await deps.ledger.db.insert(schema.projects).values({ id, name: id }).onConflictDoNothing();
  await settleErrorsJob.run(deps);
  await deps.ledger.db.delete(schema.projects).where(eq(schema.projects.id, id));
}

const ranking = (projectId: string, [from, to]: [number, number], filter = {}) =>
  rankErrors(deps.warehouse, {
    projectId,
    range: { from: new Date(from), to: new Date(to) },
    rank: "blocked",
    filter,
    recoveryWindowSeconds: RECOVERY,
  });

const anyEvent = fc
  .record({
    time: fc
      .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: -1, max: 1 }))
      .map(([halfHour, ms]) => FROM + halfHour * 30 * MINUTE + ms),
    // The installation i1 signs in as two users, and u1 was once known as a1.
    who: fc.constantFrom(["i1", ""], ["i1", "u1"], ["i1", "u2"], ["i2", ""], ["", "a1"], ["", ""]),
    flow: fc.constantFrom("", "transfer", "bill"),
    outcome: fc.constantFrom("failed", "failed", "succeeded"),
    error_code: fc.constantFrom("", "E1", "E2"),
    transaction_id: fc.constantFrom("", "t1"),
    channel: fc.constantFrom("app", "web"),
    region: fc.constantFrom("", "CN-11"),
  })
  .map(({ who: [installation_id = "", user_id = ""], ...event }) => ({
    ...event,
    installation_id,
    user_id,
    customer_id: user_id || installation_id,
  }));

const history = fc.record({
  early: fc.array(anyEvent, { maxLength: 30 }),
  late: fc.array(anyEvent, { maxLength: 8 }),
  isLinked: fc.boolean(),
  range: fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 8 })),
  filter: fc.constantFrom({}, { channel: ["app"] }, { region: ["CN-11"] }),
});

let projects = 0;

test("what is settled is ranked as what is judged when asked, whatever comes late, again or under another id", async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ early, late, isLinked, range: [at, length], filter }) => {
      projects += 1;
      const [settled, judged] = [`settled-${projects}`, `judged-${projects}`];
      const link = anEvent({
        event_name: "vox.identified",
        user_id: "u1",
        customer_id: "u1",
        time: FROM,
        attributes: { "vox.previous_id": "a1" },
      });
      const events = [...early, ...late].map((event, index) => anEvent({ ...event, event_id: `e${index}` }));
      const first = [...events.slice(0, early.length), ...(isLinked ? [link] : [])];
      const second = [...events.slice(early.length), ...events.slice(0, 2)];
      await comesFromLongAgo(settled);
      await store(settled, first);
      await settle(settled, 0);
      await store(settled, second);
      await settle(settled, 6 * MINUTE);
      await store(judged, [...first, ...second]);
      const range: [number, number] = [FROM + at * 45 * MINUTE, FROM + (at + length) * 45 * MINUTE];
      expect(await ranking(settled, range, filter)).toEqual(await ranking(judged, range, filter));
    }),
    { numRuns: 8 },
  );
}, 300_000);

const failed = (time: number) => anEvent({ time, outcome: "failed", error_code: "E1" });

test("hours are settled when their recovery windows are over, back to the first error, and are read from then on", async () => {
  await comesFromLongAgo("hours");
  await store("hours", [failed(FROM + 10), failed(FROM - 30 * HOUR), failed(NOW)]);
  await settle("hours", 0);
  const of = { projectId: "hours", recoveryWindowSeconds: RECOVERY };
  const end = Math.floor((NOW - RECOVERY * 1000 - 2 * MINUTE) / HOUR) * HOUR;
  expect(await settledOf(deps.warehouse, of)).toEqual({
    from: new Date(end - 24 * HOUR),
    to: new Date(end),
  });
  await settle("hours", MINUTE);
  expect((await settledOf(deps.warehouse, of))?.from).toEqual(new Date(FROM - 30 * HOUR));
  // Another recovery window makes other verdicts.
  expect(await settledOf(deps.warehouse, { ...of, recoveryWindowSeconds: 60 })).toBeUndefined();
  const read = async () => (await ranking("hours", [FROM - 40 * HOUR, NOW + 1])).totals.events;
  expect(await read()).toBe(3);
  await deps.warehouse.deleteRows("settled_errors_v1", "project_id = {project: String}", {
    project: "hours",
  });
  expect(await read()).toBe(1);
});

test("a project whose first events came moments ago is left alone: its history may be coming still", async () => {
  await store("new", [failed(FROM + 10)]);
  await settle("new", 2 * MINUTE);
  const of = { projectId: "new", recoveryWindowSeconds: RECOVERY };
  expect(await settledOf(deps.warehouse, of)).toBeUndefined();
  await settle("new", 12 * MINUTE);
  expect(await settledOf(deps.warehouse, of)).toBeDefined();
});

test("what a later settling has replaced is deleted within days, and nothing else", async () => {
  await comesFromLongAgo("old");
  await store("old", [anEvent({ time: FROM + 10, outcome: "failed", error_code: "E1", event_id: "old" })]);
  await settle("old", 0);
  await store("old", [anEvent({ time: FROM + 20, outcome: "failed", error_code: "E1", event_id: "late" })]);
  await settle("old", 6 * MINUTE);
  const count = "SELECT count() AS rows FROM settled_errors_v1 WHERE project_id = 'old'";
  const row = z.object({ rows: z.number() });
  const rows = async () => (await deps.warehouse.query({ name: "rows", sql: count, row }))[0]?.rows;
  expect(await rows()).toBe(3);
  await settle("old", 25 * HOUR);
  // What that run itself replaced may still be read.
  await settle("old", 50 * HOUR);
  expect(await rows()).toBe(2);
  expect((await ranking("old", [FROM, FROM + HOUR])).totals.events).toBe(2);
});

test("an hour is there whole or not at all: rows of a settling that did not end are not read", async () => {
  await comesFromLongAgo("half");
  await store("half", [anEvent({ time: FROM + 10, outcome: "failed", error_code: "E1" })]);
  await settle("half", 0);
  const sql = "SELECT max(settling) AS settling FROM settled_hours_v1 WHERE project_id = 'half'";
  const row = z.object({ settling: z.number() });
  const [last] = await deps.warehouse.query({ name: "last", sql, row });
  await deps.warehouse.command(
    "INSERT INTO settled_errors_v1 SELECT * REPLACE ({settling: UInt64} AS settling) FROM settled_errors_v1 WHERE project_id = 'half'",
    { settling: (last?.settling ?? 0) + 1 },
  );
  expect((await ranking("half", [FROM, FROM + HOUR])).totals.events).toBe(1);
});
