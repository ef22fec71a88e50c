import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rowOf } from "../slow-identities.fixture.ts";
import { adoptionNow, adoptionOf } from "./adoption.ts";
import { countBlockedByRelease, countByRelease } from "./health-query.ts";
import { adoptSlowly, blockSlowly, countSlowly, type ReleaseEvent } from "./slow-health.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const NOON = Date.UTC(2026, 4, 1, 12);
const MINUTE = 60_000;
const RECOVERY = 1800;

let projects = 0;
/** Stores events as a project of their own, some twice, as a retry does. */
async function store(events: readonly ReleaseEvent[]): Promise<string> {
  const project_id = `p${(projects += 1)}`;
  const rows = events.map((event, index) => ({
    ...rowOf(event, `e${index}`),
    project_id,
    service_version: event.version,
    environment: event.environment,
  }));
  await warehouse.insert("events_v1", rows);
  await warehouse.insert("events_v1", rows.slice(0, 5));
  return project_id;
}

const history = fc.record({
  events: fc
    .array(
      fc.record({
        user: fc.constantFrom("", "u1", "u2", "u3"),
        installation: fc.constantFrom("", "i1", "i2", "i3"),
        session: fc.constantFrom("", "s1", "s2", "s3"),
        previous: fc.constantFrom("", "", "", "u1", "u2", "old"),
        outcome: fc.constantFrom("failed", "succeeded", "", ""),
        version: fc.constantFrom("", "8.0.1", "8.0.2", "latest", "8'.\n0\""),
        environment: fc.constantFrom("production", "staging"),
        minute: fc.integer({ min: -30, max: 300 }),
      }),
      { minLength: 5, maxLength: 60 },
    )
    .map((events) =>
      events.map(({ minute, ...event }, at): ReleaseEvent => {
        const previous = event.user === "" ? "" : event.previous;
        return { ...event, previous, time: NOON + minute * MINUTE + at };
      }),
    ),
  // Ends within an hour and on one; the last two ranges are too short for steps of whole hours.
  range: fc.constantFrom([-10, 250], [0, 240], [-20, 290], [5, 50], [0, 60]).map(([from = 0, to = 0]) => ({
    from: new Date(NOON + from * MINUTE),
    to: new Date(NOON + to * MINUTE),
  })),
  environment: fc.constantFrom("", "production"),
});

test("customers, sessions, errors, blocked and adoption of each release equal slow obvious counts on any history", async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ events, range, environment }) => {
      const scope = { projectId: await store(events), range, environment, recoveryWindowSeconds: RECOVERY };
      const counted = (await countByRelease(warehouse, scope)).filter(({ isTotal }) => !isTotal);
      expect(
        counted
          .map(({ isTotal: _isTotal, ...row }) => row)
          .toSorted((a, b) => (a.version < b.version ? -1 : 1)),
      ).toEqual(countSlowly(events, range, environment));
      const blocked = (await countBlockedByRelease(warehouse, scope)).filter(
        (row) => row.blockedCustomers > 0,
      );
      expect(Object.fromEntries(blocked.map((row) => [row.version, row.blockedCustomers]))).toEqual(
        blockSlowly(events, { range, environment, recoveryMs: RECOVERY * 1000 }),
      );
      const versions = ["latest", "8.0.1", "8.0.2"];
      const curve = await adoptionOf(warehouse, scope, versions);
      expect(nonZero(curve)).toEqual(
        adoptSlowly(events, { range, environment, versions, stepMs: curve.stepSeconds * 1000 }),
      );
      const now = Object.fromEntries(await adoptionNow(warehouse, scope, versions));
      const whole = { range, environment, versions, stepMs: 8.64e15 };
      expect(now).toEqual(Object.values(adoptSlowly(events, whole))[0] ?? {});
    }),
    { numRuns: 15, endOnFailure: true },
  );
}, 120_000);

function nonZero({ times, series, customers }: Awaited<ReturnType<typeof adoptionOf>>) {
  const steps = times.map((time, at): [string, Record<string, number>] => [
    time,
    Object.fromEntries(
      series.map((line) => [line.version, line.customers[at] ?? 0] as const).filter(([, held]) => held > 0),
    ),
  ]);
  for (const [at, [, held]] of steps.entries())
    expect(Object.values(held).reduce((sum, each) => sum + each, 0)).toBe(customers[at]);
  return Object.fromEntries(steps.filter(([, held]) => Object.keys(held).length > 0));
}

test("the adoption now is of the last 24 hours of a longer range, by the newest release", async () => {
  const nobody = { user: "", installation: "", session: "", previous: "", outcome: "", environment: "" };
  const of = (hour: number, user: string, version: string) => ({
    ...nobody,
    user,
    version,
    time: NOON + hour * 60 * MINUTE,
  });
  const events = [of(0, "a", "1"), of(0, "b", "1"), of(30, "a", "2"), of(31, "a", "1"), of(32, "c", "1")];
  const range = { from: new Date(NOON), to: new Date(NOON + 48 * 60 * MINUTE) };
  const scope = { projectId: await store(events), range, environment: "" };
  expect(await adoptionNow(warehouse, scope, ["1", "2"])).toEqual(
    new Map([
      ["2", 1],
      ["1", 1],
    ]),
  );
});
