import { linksOf, openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { chainSql } from "./chain-sql.ts";
import type { FunnelQuery } from "./funnel.ts";
import {
  anyOrderFunnels,
  NOON,
  plainFunnels,
  randomPeople,
  walkedFunnels,
} from "./random-funnels.fixture.ts";
import { chainsSlowly, storeEvents, type TestEvent } from "./slow-funnel.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const PEOPLE = 300;
const nows = fc.integer({ min: 0, max: 14_001 }).map((ms) => NOON + ms);

const chainRow = z.object({
  depth: z.number(),
  ids: z.array(z.string()),
  moments: z.array(z.coerce.number()),
  open: z.coerce.boolean(),
  removed: z.coerce.boolean(),
});

async function chainsOf(project: string, query: FunnelQuery, now: number) {
  const { sql, params } = chainSql(query, await linksOf(warehouse, project));
  const rows = await warehouse.query({
    name: "chains",
    sql: `SELECT depth, ids, moments, open, removed FROM (${sql})`,
    params: { ...params, project, now },
    row: chainRow,
  });
  return rows.map(({ depth, ids, moments, open, removed }) =>
    JSON.stringify([depth, moments.slice(0, depth), ids.filter((id) => id !== ""), open, removed]),
  );
}

function expectedChains(events: TestEvent[], query: FunnelQuery, now: number) {
  return chainsSlowly(events, query, now).map(({ depth, moments, ids, open, removed }) =>
    JSON.stringify([depth, moments, ids, open, removed]),
  );
}

const KINDS: [string, fc.Arbitrary<FunnelQuery>, number][] = [
  ["a plain funnel", plainFunnels, 3],
  ["a funnel of any order", anyOrderFunnels, 3],
  ["a funnel that asks for more", walkedFunnels, 8],
];

test.for(KINDS)(
  "every chain of %s equals a slow obvious one on any histories",
  { timeout: 300_000 },
  async ([, funnels, asked]) => {
    const questions = fc.array(fc.tuple(funnels, nows), { minLength: asked, maxLength: asked });
    await fc.assert(
      fc.asyncProperty(randomPeople(PEOPLE), questions, async (events, all) => {
        const project = await storeEvents(warehouse, events);
        for (const [query, now] of all) {
          const chains = await chainsOf(project, query, now);
          expect(chains.toSorted(), JSON.stringify([query, now])).toEqual(
            expectedChains(events, query, now).toSorted(),
          );
        }
      }),
      // Shrinking asks the engine thousands of times, and would time out before it says what failed.
      { numRuns: 3, endOnFailure: true },
    );
  },
);
