import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertCopiesApart } from "../slow-arrival.fixture.ts";
import { MS_OF_USER, rowOf } from "../slow-identities.fixture.ts";
import { querySearches } from "./query.ts";
import { searchesSlowly, type SearchEvent } from "./slow-searches.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const NOON = Date.UTC(2026, 4, 1, 12);
/** Two of these are the five minutes within which another query puts the one before differently. */
const STEP_MS = 150_000;

let projects = 0;
async function store(events: readonly (SearchEvent & { received: number })[]): Promise<string> {
  const project_id = `p${(projects += 1)}`;
  const rows = events.map((event) => ({
    ...rowOf(event, event.event_id),
    ...(event.previous === "" && { event_name: "vox.search", attributes: attributesOf(event) }),
    project_id,
    received_at: new Date(NOON + STEP_MS * 100 + event.received).toISOString(),
  }));
  await insertCopiesApart(warehouse, rows);
  return project_id;
}

const attributesOf = ({ query, results, clicked }: SearchEvent) => ({
  "vox.search.query": query,
  ...(results !== "" && { "vox.search.results": results }),
  ...(clicked !== "" && { "vox.search.clicked": clicked }),
});

const histories = fc.record({
  events: fc
    .array(
      fc.record({
        user: fc.constantFrom("", "", "u1", "u2", "u3"),
        installation: fc.constantFrom("", "i1", "i2", "i3"),
        session: fc.constantFrom("", "s1", "s2", "s3", "s4"),
        previous: fc.constantFrom("", "", "", "", "u1", "old"),
        query: fc.constantFrom(
          "",
          "  ",
          "limit",
          "Limit ",
          "\tLIMIT",
          "limits",
          "限额",
          "\u3000限额",
          "转 账",
          "É",
        ),
        results: fc.constantFrom("", "0", "0", "1", "10"),
        clicked: fc.constantFrom("", "", "faq-9"),
        moment: fc.integer({ min: 0, max: 14 }),
        ms: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 30, maxLength: 120 },
    )
    .map((events) =>
      events.map(({ moment, ms, ...event }, at) => ({
        ...event,
        previous: event.user === "" ? "" : event.previous,
        event_id: `${at}`,
        outcome: "",
        time: NOON + moment * STEP_MS + (MS_OF_USER[event.user] ?? ms),
        received: 1,
      })),
    ),
  copied: fc.array(fc.tuple(fc.nat({ max: 119 }), fc.integer({ min: 0, max: 2 })), {
    maxLength: 20,
  }),
  limit: fc.constantFrom(1, 2, 100),
  range: fc.constantFrom([0, 15], [0, 15], [2, 9], [14, 40]),
});

test("searches equal slow obvious ones on any history", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ events, copied, limit, range: [from = 0, to = 0] }) => {
      const copies = copied.flatMap(([at, received]) => (events[at] ? [{ ...events[at], received }] : []));
      const query = {
        from: new Date(NOON + from * STEP_MS + 1).toISOString(),
        to: new Date(NOON + to * STEP_MS + 2).toISOString(),
        limit,
      };
      const projectId = await store([...events, ...copies]);
      expect(await querySearches(warehouse, { projectId, query })).toEqual(searchesSlowly(events, query));
    }),
    // Shrinking asks the engine thousands of times, and would time out before it says what failed.
    { numRuns: 20, endOnFailure: true },
  );
}, 120_000);
