import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { ask, closeBench, openBench, type Bench } from "./bench-api.ts";

const EVENTS = 10_000_000;
const DAY_MS = 86_400_000;

let folder: string;
let bench: Bench;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "voxloop-slow-"));
  bench = await openBench(folder, EVENTS);
}, 1_200_000);
afterAll(async () => {
  await closeBench(bench);
  await rm(folder, { recursive: true, force: true });
});

const counts = {
  fingerprint: z.string(),
  customers: z.number(),
  blockedCustomers: z.number(),
  blockedTransactions: z.number(),
  events: z.number(),
};

/**
 * The same from the events themselves, each group's successes looked through one by one. A simulated customer has one device, so
 * that no sign-in needs to be followed.
 */
const PLAINLY = `
  WITH successes AS (
    SELECT flow, installation_id, groupArray(time) AS times FROM events_v1
    WHERE outcome = 'succeeded' AND time >= {from: DateTime64(3, 'UTC')} GROUP BY flow, installation_id
  )
  SELECT error_fingerprint AS fingerprint, uniqExact(installation_id) AS customers,
    uniqExactIf(installation_id, blocked) AS blockedCustomers, uniqExactIf((flow, attempt), blocked) AS blockedTransactions, count() AS events
  FROM (
    SELECT e.error_fingerprint AS error_fingerprint, e.flow AS flow, e.installation_id AS installation_id,
      (e.installation_id, if(e.transaction_id = '', e.event_id, e.transaction_id)) AS attempt,
      NOT arrayExists(at -> at > e.time AND at <= e.time + toIntervalMinute(30), s.times) AS blocked
    FROM events_v1 AS e LEFT JOIN successes AS s ON s.flow = e.flow AND s.installation_id = e.installation_id
    WHERE e.error_fingerprint != '' AND e.time >= {from: DateTime64(3, 'UTC')} AND e.time < {to: DateTime64(3, 'UTC')}
  )
  GROUP BY fingerprint ORDER BY blockedCustomers DESC, customers DESC, events DESC, fingerprint LIMIT 50`;

test.each([1, 7])(
  "the Top-50 of %i days among ten million events is what each of them says",
  async (days) => {
    const { end, warehouse } = bench;
    const from = new Date(end.getTime() - days * DAY_MS);
    const answer = await ask(bench, `/errors?from=${from.toISOString()}&to=${end.toISOString()}`);
    const { items } = z.object({ items: z.array(z.object(counts)) }).parse(answer);
    const params = { from, to: end };
    expect(items).toHaveLength(50);
    expect(items).toEqual(
      await warehouse.query({ name: "plainly", sql: PLAINLY, params, row: z.object(counts) }),
    );
  },
  600_000,
);
