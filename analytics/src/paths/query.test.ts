import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertCopiesApart } from "../slow-arrival.fixture.ts";
import { MS_OF_USER, rowOf } from "../slow-identities.fixture.ts";
import type { PathLink, PathsQuery, PathsResult } from "./path.ts";
import { queryPaths } from "./query.ts";
import { pathsSlowly, type PathEvent } from "./slow-paths.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const NOON = Date.UTC(2026, 4, 1, 12);

let projects = 0;
async function store(events: readonly PathEvent[]): Promise<string> {
  const project_id = `p${(projects += 1)}`;
  const rows = events.map((event) => ({
    ...rowOf(event, event.event_id),
    ...(event.previous === "" && { event_name: event.event_name }),
    project_id,
    page: event.page,
    received_at: new Date(event.received).toISOString(),
  }));
  await insertCopiesApart(warehouse, rows);
  return project_id;
}

const PAGES = [
  "",
  "home",
  "home?tab=1",
  "home#top",
  "/pay/17",
  "/pay/18?a=/9",
  "/pay/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f/",
  "/pay/0123456789abcdefA",
  "/pay/17a",
  "?only",
  "/",
];
const histories = fc.record({
  events: fc
    .array(
      fc.record({
        user: fc.constantFrom("", "", "u1", "u2", "u3"),
        installation: fc.constantFrom("", "i1", "i2", "i3"),
        session: fc.constantFrom("", "s1", "s2", "s3", "s4", "s5", "s6"),
        previous: fc.constantFrom("", "", "", "", "u1", "old"),
        event_name: fc.constantFrom("view", "view", "view", "pay"),
        page: fc.constantFrom(...PAGES),
        moment: fc.integer({ min: -2, max: 14 }),
        ms: fc.integer({ min: 1, max: 3 }),
        received: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 20, maxLength: 70 },
    )
    .map((events) =>
      events.map(({ moment, ms, received, ...event }, at): PathEvent => {
        const previous = event.user === "" ? "" : event.previous;
        return {
          ...event,
          previous,
          event_name: previous === "" ? event.event_name : "vox.identified",
          event_id: `${at}`,
          outcome: "",
          time: NOON + moment * 10 + (MS_OF_USER[event.user] ?? ms),
          received: NOON + 1000 + received,
        };
      }),
    ),
  copied: fc.array(fc.tuple(fc.nat({ max: 69 }), fc.integer({ min: 0, max: 2 })), { maxLength: 20 }),
  anchor: fc.constantFrom<PathsQuery["anchor"]>(
    { page: "home" },
    { page: "/pay/:id" },
    { event: "pay" },
    { event: "vox.identified" },
  ),
  direction: fc.constantFrom<PathsQuery["direction"]>("from", "from", "to"),
  by: fc.constantFrom<PathsQuery["by"]>("page", "page", "event"),
  depth: fc.integer({ min: 1, max: 6 }),
  minShare: fc.constantFrom(0, 0.25, 0.5, 1),
  collapse: fc.boolean(),
  unit: fc.constantFrom<PathsQuery["unit"]>("session", "customer"),
  goal: fc.constantFrom(undefined, "pay"),
  range: fc.constantFrom([-30, 200], [-30, 71], [12, 101]),
});

const keyOf = ({ position, source, target, ends }: PathLink) =>
  JSON.stringify([position, source, target, ends]);
const sorted = ({ links, ...result }: PathsResult) => ({
  ...result,
  links: links.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
});

test("paths equal slow obvious ones on any history", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ events, copied, range: [from = 0, to = 0], goal, ...change }) => {
      const copies = copied.flatMap(([at, ms]) =>
        events[at] ? [{ ...events[at], received: NOON + 1000 + ms }] : [],
      );
      const all = [...events, ...copies];
      const query: PathsQuery = {
        ...change,
        ...(change.direction === "from" && goal !== undefined && { goal }),
        from: new Date(NOON + from).toISOString(),
        to: new Date(NOON + to).toISOString(),
      };
      const result = await queryPaths(warehouse, { projectId: await store(all), query });
      expect(sorted(result)).toEqual(sorted(pathsSlowly(all, query)));
    }),
    // Shrinking asks the engine thousands of times, and would time out before it says what failed.
    { numRuns: 30, endOnFailure: true },
  );
}, 120_000);
