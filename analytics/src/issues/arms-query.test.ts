import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { countArms, exposedVersions, type ArmsQuestion, type CellRow } from "./arms-query.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const RELEASED = Date.parse("2026-05-20T08:00:00.000Z");

interface Event {
  project: string;
  customer: string;
  /** From the release on, negative before it. */
  offset: number;
  flow: string;
  outcome: string;
  code: string;
  version: string;
  service: string;
  environment: string;
}

const mostly = <T>(value: T, ...others: T[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(value) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
const event: fc.Arbitrary<Event> = fc.record({
  project: mostly("p", "q"),
  customer: fc.constantFrom("", "a", "b", "c", "d", "e", "f", "g", "h"),
  // Whole minutes, and often close together, so that successes fall on both sides of the recovery window.
  offset: fc.oneof(
    fc.integer({ min: -17 * 24 * 60, max: 11 * 24 * 60 }).map((minute) => minute * MINUTE),
    fc.integer({ min: -90, max: 90 }).map((minute) => minute * MINUTE),
  ),
  flow: mostly("transfer", "bill", ""),
  outcome: fc.constantFrom("started", "failed", "failed", "succeeded"),
  code: mostly("E1042", "E9"),
  version: fc.constantFrom("8.0.1", "8.0.1", "8.0.2", "8.0.2", "8.1.0", "", "nightly"),
  service: mostly("app", "web"),
  environment: mostly("production", "uat"),
});

const RECOVERY_SECONDS = 1800;
const question = (project: string): ArmsQuestion => ({
  projectId: project,
  flow: "transfer",
  service: "app",
  environment: "production",
  fingerprint: "",
  recoveryWindowSeconds: RECOVERY_SECONDS,
  releasedAt: new Date(RELEASED),
  fixedVersions: ["8.0.2", "8.1.0"],
  olderVersions: ["8.0.1"],
  afterMs: 10 * DAY,
  beforeMs: 10 * DAY,
  pastMs: 14 * DAY,
  byWeek: true,
});

let runs = 0;
/** Stores events under a project of their own and gives its name and the fingerprint of E1042 in the flow. */
async function store(events: readonly Event[]): Promise<{ project: string; fingerprint: string }> {
  const project = `p${++runs}`;
  const rows = events.map((each, index) => ({
    project_id: each.project === "p" ? project : `other${runs}`,
    event_name: "vox.transaction",
    time: new Date(RELEASED + each.offset).toISOString(),
    event_id: `${runs}-${index}`,
    customer_id: each.customer,
    service_name: each.service,
    service_version: each.version,
    environment: each.environment,
    flow: each.flow,
    transaction_id: `t${index}`,
    outcome: each.outcome,
    error_code: each.outcome === "failed" ? each.code : "",
  }));
  await warehouse.insert("events_v1", rows);
  const [found] = await warehouse.query({
    name: "fingerprint",
    sql: `SELECT any(fingerprint) AS id FROM error_events_v1
      WHERE project_id IN ({project: String}, {other: String}) AND error_code = 'E1042' AND flow = 'transfer'`,
    params: { project, other: `other${runs}` },
    row: z.object({ id: z.string() }),
  });
  return { project, fingerprint: found?.id ?? "" };
}

type Side = "fixed" | "older" | "before" | "past";
interface Touch {
  side: Side;
  period: number;
  isBlocked: boolean;
}

/** The definition in slow, plain words. */
function reference(events: readonly Event[], of: ArmsQuestion): CellRow[] {
  const mine = events.filter(({ project }) => project === "p");
  const touches = new Map<string, Touch[]>();
  for (const each of mine) {
    touches.set(each.customer, [...(touches.get(each.customer) ?? []), ...touchesOf(each, mine, of)]);
  }
  const counts = new Map<string, CellRow>();
  for (const { cell, period, blocked } of [...touches.values()].flatMap(rowsOf)) {
    const row = counts.get(`${cell} ${period}`) ?? { cell, period, atRisk: 0, blocked: 0 };
    counts.set(`${cell} ${period}`, { ...row, atRisk: row.atRisk + 1, blocked: row.blocked + blocked });
  }
  return [...counts.values()].toSorted((a, b) => a.cell.localeCompare(b.cell) || a.period - b.period);
}

/** What one customer adds to the counts. */
function rowsOf(all: readonly Touch[]): Omit<CellRow, "atRisk">[] {
  const hasFix = all.some(({ side }) => side === "fixed");
  const cameBack = all.some(({ side }) => side === "fixed" || side === "older");
  const later = hasFix ? "after" : cameBack ? "control" : "gone";
  const cells: Record<Side, CellRow["cell"] | undefined> = {
    fixed: "after",
    older: hasFix ? undefined : "control",
    before: `before_${later}`,
    past: later === "gone" ? undefined : `past_${later}`,
  };
  return (["fixed", "older", "before", "past"] as const).flatMap((side) => {
    const own = all.filter((touch) => touch.side === side);
    const cell = cells[side];
    if (own.length === 0 || cell === undefined) return [];
    const blockedIn = Math.min(...own.filter(({ isBlocked }) => isBlocked).map(({ period }) => period));
    const periods = [...new Set(own.map((touch) => touch.period))].filter((period) => period <= blockedIn);
    return [
      { cell, period: -1, blocked: blockedIn === Infinity ? 0 : 1 },
      ...periods.map((period) => ({ cell, period, blocked: period === blockedIn ? 1 : 0 })),
    ];
  });
}

function touchesOf(each: Event, all: readonly Event[], of: ArmsQuestion): Touch[] {
  const isFixed = of.fixedVersions.includes(each.version);
  if (each.flow !== of.flow || each.customer === "" || each.offset < -of.pastMs) return [];
  if (each.service !== of.service || each.environment !== of.environment) return [];
  if (!isFixed && !of.olderVersions.includes(each.version)) return [];
  const isBlocked = blocks(each, all);
  const touch = (side: Side, offset: number) => ({ side, period: Math.floor(offset / DAY), isBlocked });
  if (each.offset >= of.afterMs) return [];
  if (each.offset >= 0) return [touch(isFixed ? "fixed" : "older", each.offset)];
  if (isFixed) return [];
  // The week before the release is moved ahead by one week, the one before it by three, then five: each onto the next free.
  let moved = -each.offset - 1;
  const past = touch("past", moved);
  if (of.byWeek) {
    const week = Math.ceil(-each.offset / (7 * DAY));
    moved = each.offset + (2 * week - 1) * 7 * DAY;
  }
  return moved < of.beforeMs ? [touch("before", moved), past] : [past];
}

const blocks = (each: Event, all: readonly Event[]): boolean =>
  each.outcome === "failed" &&
  each.code === "E1042" &&
  !all.some(
    (other) =>
      other.customer === each.customer &&
      other.flow === each.flow &&
      other.outcome === "succeeded" &&
      other.offset > each.offset &&
      other.offset <= each.offset + RECOVERY_SECONDS * 1000,
  );

test.each([
  ["the weekdays of the weeks before", { byWeek: true }],
  ["the time just before", { byWeek: false, afterMs: 3 * DAY, beforeMs: 3 * DAY }],
  ["an hour before, in the first minutes", { byWeek: false, afterMs: 20 * MINUTE, beforeMs: 60 * MINUTE }],
])(
  "arms compared with %s are counted as a slow reference counts them",
  async (_, more) => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 60, maxLength: 200 }), async (events) => {
        const { project, fingerprint } = await store(events);
        const asked = { ...question(project), ...more, fingerprint };
        expect(await countArms(warehouse, asked)).toEqual(reference(events, asked));
      }),
      { numRuns: 6, seed: 11 },
    );
  },
  60_000,
);

test("any service and any environment are counted when none is named", async () => {
  const base = { project: "p", flow: "transfer", outcome: "started", code: "", version: "8.0.2", offset: 0 };
  const { project } = await store([
    { ...base, customer: "a", service: "app", environment: "production" },
    { ...base, customer: "b", service: "web", environment: "uat" },
  ]);
  const rows = await countArms(warehouse, { ...question(project), service: "", environment: "" });
  expect(rows).toContainEqual({ cell: "after", period: -1, atRisk: 2, blocked: 0 });
});

test("without a flow everybody who was active is exposed, and the error counts without a transaction", async () => {
  const project = `p${++runs}`;
  const row = {
    project_id: project,
    event_name: "vox.screen.viewed",
    time: new Date(RELEASED + MINUTE).toISOString(),
    service_name: "app",
    service_version: "8.0.2",
    environment: "production",
  };
  await warehouse.insert("events_v1", [
    { ...row, customer_id: "a", event_id: "1" },
    { ...row, customer_id: "b", event_id: "2", event_name: "exception", error_type: "TypeError" },
  ]);
  const [found] = await warehouse.query({
    name: "fingerprint",
    sql: "SELECT fingerprint AS id FROM error_events_v1 WHERE project_id = {project: String}",
    params: { project },
    row: z.object({ id: z.string() }),
  });
  const rows = await countArms(warehouse, { ...question(project), flow: "", fingerprint: found?.id ?? "" });
  expect(rows).toContainEqual({ cell: "after", period: -1, atRisk: 2, blocked: 1 });
});

test("versions are told with the first exposure to the flow, in the service and environment asked for", async () => {
  const base = { project: "p", customer: "a", flow: "transfer", outcome: "started", code: "" };
  const home = { service: "app", environment: "production" };
  const { project } = await store([
    { ...base, ...home, version: "8.0.2", offset: MINUTE },
    { ...base, ...home, version: "8.0.1", offset: 0 },
    { ...base, ...home, version: "8.0.1", offset: -MINUTE },
    { ...base, ...home, version: "7.0.0", offset: -9 * DAY },
    { ...base, ...home, version: "6.0.0", offset: 0, flow: "bill" },
    { ...base, ...home, version: "5.0.0", offset: 0, environment: "uat" },
    { ...base, ...home, version: "4.0.0", offset: 0, service: "web" },
  ]);
  const range = { since: new Date(RELEASED - DAY), until: new Date(RELEASED + DAY) };
  expect(await exposedVersions(warehouse, { ...question(project), ...range })).toEqual([
    { version: "8.0.1", firstSeen: new Date(RELEASED - MINUTE).toISOString() },
    { version: "8.0.2", firstSeen: new Date(RELEASED + MINUTE).toISOString() },
  ]);
});
