import { readFile } from "node:fs/promises";
import { openWarehouse, renderMigration, splitStatements, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { samplesOf, seriesOf, voicesOf } from "./errors/detail-query.ts";
import { countActive, rankErrors } from "./errors/query.ts";
import { joinScores } from "./errors/scores.ts";
import { segmentsOf } from "./errors/segments.ts";
import { countActivity, countBlocked, overviewSeries, shareOfSuccess } from "./experience/query.ts";
import { explainDrop } from "./funnels/explain/explain-drop.ts";
import { queryFunnel } from "./funnels/query.ts";
import { countArms } from "./issues/arms-query.ts";
import { affectedCustomers } from "./issues/customers-query.ts";
import { errorReleasesSince, measureImpact } from "./issues/errors-query.ts";
import { seenReleases } from "./releases/query.ts";
import { resolveSlowly, rowOf, storedId, type Sent } from "./slow-identities.fixture.ts";
import { listVoices } from "./voices/query.ts";

let warehouse: Warehouse;
let fingerprint = "";
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  await storeBank();
  const sql = "SELECT any(fingerprint) AS id FROM error_events_v1";
  fingerprint = (await warehouse.query({ name: "id", sql, row: z.object({ id: z.string() }) }))[0]?.id ?? "";
});
afterAll(() => warehouse.close());

const NOON = Date.UTC(2026, 4, 1, 12);
const MINUTE = 60_000;
const RANGE = { from: new Date(NOON), to: new Date(NOON + 60 * MINUTE) };
const SCOPE = { projectId: "bank", range: RANGE, filter: {}, recoveryWindowSeconds: 1800 };
/** Of each kind; explain wants ten at least. */
const PEOPLE = 12;
const range = Array.from({ length: PEOPLE }, (_, at) => at);

/** One story: the minute, who, and what. */
type Told = [minute: number, who: Partial<Sent>, what: { event_name?: string; outcome?: string }];

/**
 * In "bank", each of twelve people fails before signing in, on a phone and on a tablet, then signs in on both, and never
 * succeeds. Twelve others have one device, sign in at once, and succeed.
 */
async function storeBank(): Promise<void> {
  const failed = { event_name: "vox.transaction", outcome: "failed" };
  const stories = range.flatMap((at): Told[] => {
    const [user, phone, tablet] = [`u${at}`, `phone${at}`, `tablet${at}`];
    return [
      [1, { installation: phone }, { event_name: "home" }],
      [2, { installation: phone }, failed],
      [3, { installation: tablet }, failed],
      [4, { user, installation: phone }, { event_name: "welcome" }],
      [5, { user, installation: tablet }, { event_name: "welcome" }],
      [1, { user: `v${at}` }, { event_name: "home" }],
      [4, { user: `v${at}` }, { event_name: "welcome" }],
      [5, { user: `v${at}` }, { event_name: "done" }],
    ];
  });
  const rows = stories.map(([minute, who, what], at) => ({
    ...rowOf({ ...NOBODY, ...who, time: NOON + minute * MINUTE, outcome: what.outcome ?? "" }, `e${at}`),
    ...what,
    project_id: "bank",
    service_name: "app",
    service_version: "8.0.1",
    flow: what.outcome === undefined ? "" : "transfer",
  }));
  await warehouse.insert("events_v1", rows);
  const voices = ["u0", "tablet1"].map((customer_id) => ({
    project_id: "bank",
    time: at(6),
    voice_id: `voice of ${customer_id}`,
    layer: "customer",
    customer_id,
    survey_kind: "nps",
    score: 2,
    comment: "bad",
    scored_at: at(7),
  }));
  await warehouse.insert("voices_v1", voices);
}

const NOBODY: Sent = { time: 0, user: "", installation: "", session: "", previous: "", outcome: "" };
const at = (minute: number) => new Date(NOON + minute * MINUTE).toISOString();

test("a customer of two devices is one in the ranking of errors, and is blocked once", async () => {
  const { groups, totals } = await rankErrors(warehouse, { ...SCOPE, rank: "blocked" });
  expect(totals).toMatchObject({ customersWithErrors: PEOPLE, blockedCustomers: PEOPLE });
  expect(groups[0]).toMatchObject({ customers: PEOPLE, blockedCustomers: PEOPLE, events: 2 * PEOPLE });
  expect(Math.max(...(groups[0]?.sparkline ?? []))).toBe(PEOPLE);
  expect((await countActive(warehouse, SCOPE)).customers).toBe(2 * PEOPLE);
});

test("a customer of two devices is one in an error's course, segments, samples and voices", async () => {
  const scope = { ...SCOPE, fingerprints: [fingerprint] };
  const series = await seriesOf(warehouse, {
    ...scope,
    range: { ...RANGE, to: new Date(NOON + 480 * MINUTE) },
  });
  expect(series[0]).toMatchObject({ customers: PEOPLE, blockedCustomers: PEOPLE, events: 2 * PEOPLE });
  const segments = await segmentsOf(warehouse, scope);
  expect(segments.find(({ property }) => property === "release")).toMatchObject({
    customers: PEOPLE,
    share: 1,
  });
  const samples = await samplesOf(warehouse, scope);
  expect(samples.filter(({ customerId }) => /^u\d/.test(customerId))).toHaveLength(20);
  expect(await voicesOf(warehouse, scope)).toHaveLength(2);
});

const FUNNEL = {
  steps: [{ event: "home" }, { event: "welcome" }, { event: "done" }],
  order: "ordered" as const,
  windowSeconds: 3600,
  unit: "customer" as const,
  from: RANGE.from.toISOString(),
  to: RANGE.to.toISOString(),
};
const LATER = new Date(NOON + 24 * 60 * MINUTE);

test("a funnel goes on where its customer signs in", async () => {
  const { steps } = await queryFunnel(warehouse, { projectId: "bank", funnel: FUNNEL, now: LATER });
  expect(steps.map(({ entered }) => entered)).toEqual([2 * PEOPLE, 2 * PEOPLE, PEOPLE]);
});

test("an error met before signing in, on another device too, explains a drop after it", async () => {
  const question = { projectId: "bank", query: { ...FUNNEL, step: 1 }, now: LATER };
  expect(await explainDrop(warehouse, question)).toMatchObject({ reached: 2 * PEOPLE, dropped: 0 });
  const steps = [{ event: "home" }, { event: "done" }];
  const dropped = await explainDrop(warehouse, { ...question, query: { ...question.query, steps } });
  expect(dropped).toMatchObject({ reached: 2 * PEOPLE, dropped: PEOPLE });
  const found = [...dropped.factors, ...dropped.tooFew].find(({ kind }) => kind === "error");
  expect(found).toMatchObject({ exposed: PEOPLE, exposedDropped: PEOPLE });
});

test("the experience index counts a customer of two devices once", async () => {
  const question = { projectId: "bank", range: RANGE, recoveryWindowSeconds: 1800 };
  expect(await countActivity(warehouse, question)).toMatchObject({ customers: 2 * PEOPLE });
  expect(await countBlocked(warehouse, question)).toMatchObject({ blockedCustomers: PEOPLE });
  expect(await shareOfSuccess(warehouse, question)).toMatchObject({ transactionSuccess: 0 });
  const day = { ...question, range: { ...RANGE, to: LATER } };
  expect((await overviewSeries(warehouse, day))[0]).toMatchObject({
    customers: 2 * PEOPLE,
    blockedCustomers: PEOPLE,
  });
});

test("an issue's impact, arms and customers, and a release's customers, are whole customers", async () => {
  const key = { projectId: "bank", fingerprint, recoveryWindowSeconds: 1800 };
  const span = { since: RANGE.from, until: RANGE.to };
  const impact = { customers: PEOPLE, blockedCustomers: PEOPLE };
  expect(await measureImpact(warehouse, { ...key, ...span })).toMatchObject(impact);
  const { items } = await affectedCustomers(warehouse, { ...key, ...span, limit: 100 });
  expect(items.map(({ customerId }) => customerId).toSorted()).toEqual(range.map((n) => `u${n}`).toSorted());
  const where = { projectId: "bank", service: "app", environment: "" };
  const cells = await countArms(warehouse, {
    ...where,
    ...key,
    flow: "transfer",
    releasedAt: RANGE.from,
    fixedVersions: ["8.0.1"],
    olderVersions: [],
    afterMs: 60 * MINUTE,
    beforeMs: 0,
    pastMs: 0,
    byWeek: false,
  });
  const after = cells.find(({ cell, period }) => cell === "after" && period === -1);
  expect(after).toMatchObject({ atRisk: PEOPLE, blocked: PEOPLE });
  const since = RANGE.from;
  expect(await errorReleasesSince(warehouse, { ...where, fingerprint, since })).toMatchObject([
    { customers: PEOPLE },
  ]);
  expect(await seenReleases(warehouse, { projectId: "bank", since })).toMatchObject([
    { customers: 2 * PEOPLE },
  ]);
});

test("a voice joins what its customer met under another id, and is told as the customer's", async () => {
  const groups = [{ fingerprint, flow: "transfer" }];
  const joined = (await joinScores(warehouse, { projectId: "bank", range: RANGE, groups })).get(fingerprint);
  expect(joined).toMatchObject({ comments: 2, scores: { exposedAnswers: 2 } });
  const voices = await listVoices(warehouse, { projectId: "bank", range: RANGE, filter: {}, limit: 10 });
  expect(voices.map(({ customerId }) => customerId).toSorted()).toEqual(["u0", "u1"]);
});

let projects = 0;
/** Stores events as a project of their own, in two parts, as links that are not merged yet must count too. */
async function store(events: readonly Sent[]): Promise<string> {
  const project_id = `p${(projects += 1)}`;
  const rows = events.map((event, index) => ({ ...rowOf(event, `e${index}`), project_id }));
  const half = Math.floor(rows.length / 2);
  await warehouse.insert("events_v1", rows.slice(0, half));
  await warehouse.insert("events_v1", rows.slice(half));
  return project_id;
}

const sent = (minute: number, change: Partial<Sent>): Sent => ({
  ...NOBODY,
  time: NOON + minute * MINUTE,
  ...change,
});

async function count(events: readonly Sent[]) {
  const scope = { ...SCOPE, projectId: await store(events) };
  const { totals } = await rankErrors(warehouse, { ...scope, rank: "blocked" });
  return [
    (await countActive(warehouse, scope)).customers,
    totals.customersWithErrors,
    totals.blockedCustomers,
  ];
}

test("a success after signing in makes up for a failure before it, as does one on another device", async () => {
  const phone = [
    sent(1, { installation: "i", outcome: "failed" }),
    sent(2, { installation: "i", user: "u" }),
  ];
  const done = { outcome: "succeeded" };
  expect(await count([...phone, sent(3, { user: "u", ...done })])).toEqual([1, 1, 0]);
  expect(await count([...phone, sent(3, { user: "v", ...done })])).toEqual([2, 1, 1]);
  const tablet = [sent(3, { installation: "t", ...done }), sent(9, { installation: "t", user: "u" })];
  expect(await count([...phone, ...tablet])).toEqual([1, 1, 0]);
});

test("a device on which more than five users signed in is a customer of its own", async () => {
  const signIns = (users: number) =>
    Array.from({ length: users }, (_, at) => sent(10 + at, { installation: "tablet", user: `u${at}` }));
  const before = sent(1, { installation: "tablet", outcome: "failed" });
  expect(await count([before, ...signIns(5)])).toEqual([5, 1, 1]);
  expect(await count([before, ...signIns(6)])).toEqual([7, 1, 1]);
});

test("another project's links are not followed", async () => {
  await count([sent(1, { installation: "i", user: "u" })]);
  const linked = sent(3, { installation: "j", user: "v" });
  expect(await count([sent(1, { installation: "i" }), sent(2, { user: "u" }), linked])).toEqual([3, 0, 0]);
});

const histories = fc
  .array(
    fc.record({
      user: fc.constantFrom("", "", "u1", "u2", "u3", "u4", "u5", "u6", "u7"),
      installation: fc.constantFrom("", "i1", "i1", "i2", "i3"),
      session: fc.constantFrom("", "s1", "s2"),
      previous: fc.constantFrom("", "", "", "u1", "u2", "u3", "u4", "i1", "i2", "old"),
      outcome: fc.constantFrom("failed", "failed", "succeeded", ""),
      minute: fc.integer({ min: 0, max: 90 }),
    }),
    { minLength: 5, maxLength: 60 },
  )
  .map((events) =>
    // Aliases among four users only: a chain of more than five is not followed. No two at the same millisecond.
    events.map(({ minute, previous, ...event }, at): Sent => {
      const isAliased = previous !== "" && /^u[1-4]$/.test(event.user);
      return { ...event, previous: isAliased ? previous : "", time: NOON + minute * MINUTE + at };
    }),
  );

test("customers, those with errors and those blocked equal slow obvious counts on any history", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (events) => {
      expect(await count(events)).toEqual(countSlowly(events));
    }),
    { numRuns: 15, endOnFailure: true },
  );
}, 120_000);

function countSlowly(events: readonly Sent[]): number[] {
  const resolve = resolveSlowly(events);
  const all = events
    .map((event) => ({ ...event, customer: storedId(event) && resolve(storedId(event)) }))
    .filter(({ customer }) => customer !== "");
  const inRange = all.filter(({ time }) => time < RANGE.to.getTime());
  const errors = inRange.filter(({ outcome }) => outcome === "failed");
  const blocked = errors.filter((error) =>
    all.every(
      ({ customer, outcome, previous, time }) =>
        customer !== error.customer ||
        outcome !== "succeeded" ||
        previous !== "" ||
        time <= error.time ||
        time > error.time + SCOPE.recoveryWindowSeconds * 1000,
    ),
  );
  return [inRange, errors, blocked].map((some) => new Set(some.map(({ customer }) => customer)).size);
}

test("links of events stored before there were links are the same", async () => {
  const sql = `SELECT project_id, toString(link) AS link, alias_id, user_id, min(first_linked) AS first, max(last_linked) AS last
    FROM identities_v1 GROUP BY ALL ORDER BY ALL`;
  const ask = () => warehouse.query({ name: "links", sql, row: z.object({ alias_id: z.string() }).loose() });
  const before = await ask();
  expect(before.length).toBeGreaterThan(2 * PEOPLE);
  await warehouse.command("TRUNCATE TABLE identities_v1");
  const file = import.meta
    .resolve("@voxloop/warehouse")
    .replace("src/index.ts", "migrations/008_identities.sql");
  const statements = splitStatements(renderMigration(await readFile(new URL(file), "utf8"), warehouse));
  for (const round of [1, 2]) {
    for (const statement of statements) await warehouse.command(statement);
    expect([round, await ask()]).toEqual([round, before]);
  }
});
