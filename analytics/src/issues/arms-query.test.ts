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

interface Touch {
  arm: "after" | "older" | "before";
  period: number;
  isBlocked: boolean;
}

/** The definition in slow, plain words. */
function reference(events: readonly Event[], of: ArmsQuestion): CellRow[] {
  const mine = events.filter(({ project }) => project === "p");
  const touches = new Map<string, Touch[]>();
  for (const each of mine) {
    const touch = touchOf(each, mine, of);
    if (touch !== undefined) touches.set(each.customer, [...(touches.get(each.customer) ?? []), touch]);
  }
  const counts = new Map<string, CellRow>();
  const add = (cell: CellRow["cell"], period: number, isBlocked: boolean) => {
    const row = counts.get(`${cell} ${period}`) ?? { cell, period, atRisk: 0, blocked: 0 };
    counts.set(`${cell} ${period}`, {
      ...row,
      atRisk: row.atRisk + 1,
      blocked: row.blocked + Number(isBlocked),
    });
  };
  for (const all of touches.values()) {
    const hasFix = all.some(({ arm }) => arm === "after");
    const cameBack = all.some(({ arm }) => arm !== "before");
    const before = hasFix ? "before_after" : cameBack ? "before_control" : "before_gone";
    const cells = { after: "after", older: hasFix ? undefined : "control", before } as const;
    for (const arm of ["after", "older", "before"] as const) {
      const own = all.filter((touch) => touch.arm === arm);
      const cell = cells[arm];
      if (own.length === 0 || cell === undefined) continue;
      const blockedIn = Math.min(...own.filter(({ isBlocked }) => isBlocked).map(({ period }) => period));
      add(cell, -1, blockedIn !== Infinity);
      for (const period of new Set(own.map((touch) => touch.period))) {
        if (period <= blockedIn) add(cell, period, period === blockedIn);
      }
    }
  }
  return [...counts.values()].toSorted((a, b) => a.cell.localeCompare(b.cell) || a.period - b.period);
}

function touchOf(each: Event, all: readonly Event[], of: ArmsQuestion): Touch | undefined {
  const isFixed = of.fixedVersions.includes(each.version);
  if (each.flow !== of.flow || each.customer === "") return undefined;
  if (each.service !== of.service || each.environment !== of.environment) return undefined;
  if (!isFixed && !of.olderVersions.includes(each.version)) return undefined;
  const isBlocked =
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
  if (each.offset >= 0) {
    if (each.offset >= of.afterMs) return undefined;
    return { arm: isFixed ? "after" : "older", period: Math.floor(each.offset / DAY), isBlocked };
  }
  if (isFixed) return undefined;
  // Moved ahead by weeks until it lies after the release, the week before the last by one more fortnight: 1, 3, 5...
  let moved = -each.offset - 1;
  if (of.byWeek) {
    const week = Math.ceil(-each.offset / (7 * DAY));
    moved = each.offset + week * 7 * DAY + (week - 1) * 7 * DAY;
  }
  if (moved >= of.beforeMs) return undefined;
  return { arm: "before", period: Math.floor(moved / DAY), isBlocked };
}

test.each([
  ["the weekdays of the weeks before", { byWeek: true }],
  ["the time just before", { byWeek: false, afterMs: 3 * DAY, beforeMs: 3 * DAY }],
  ["an hour before, in the first minutes", { byWeek: false, afterMs: 20 * MINUTE, beforeMs: 60 * MINUTE }],
])(
  "arms compared with %s are counted as a slow reference counts them",
  async (_, more) => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 20, maxLength: 150 }), async (events) => {
        const { project, fingerprint } = await store(events);
        const asked = { ...question(project), ...more, fingerprint };
        expect(await countArms(warehouse, asked)).toEqual(reference(events, asked));
      }),
      { numRuns: 12, seed: 11 },
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
