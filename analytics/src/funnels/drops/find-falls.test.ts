import { schema } from "@voxloop/ledger";
import type { EventRow } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps } from "../../http/test-app.fixture.ts";
import { createFunnel } from "../store.ts";
import { lookAtSteps } from "./find-falls.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** A Sunday; the last day whose windows are over is the Saturday before. */
const NOW = new Date(Date.UTC(2026, 4, 10, 10, 30));
const LAST = Date.UTC(2026, 4, 9);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeAll(async () => {
  deps = await openTestDeps(NOW);
});
afterAll(() => deps.close());

interface Plan {
  people?: number;
  days?: number;
  share: (daysAgo: number) => number;
}

async function plant(projectId: string, { people = 200, days = 29, share }: Plan) {
  await deps.ledger.db.insert(schema.projects).values({ id: projectId, name: projectId });
  const definition = {
    steps: [{ event: "a" }, { event: "b" }, { event: "c" }],
    order: "ordered" as const,
    windowSeconds: HOUR / 1000,
    unit: "customer" as const,
  };
  await createFunnel(deps.ledger, { projectId, name: "Transfer", definition, at: NOW });
  const rows: Partial<EventRow>[] = [];
  for (let ago = 0; ago < days; ago += 1)
    for (let one = 0; one < people; one += 1) {
      const customer = `c${ago}-${one}`;
      const at = LAST - ago * DAY + 9 * HOUR + one * 1000;
      const went = one < Math.round(people * share(ago)) + (ago % 3) - 1;
      const names = went ? ["a", "b", "c"] : ["a"];
      for (const [index, event_name] of names.entries())
        rows.push({
          project_id: projectId,
          event_name,
          event_id: `${projectId}-${customer}-${event_name}`,
          time: new Date(at + index * 60_000).toISOString(),
          customer_id: customer,
          user_id: customer,
        });
    }
  await deps.warehouse.insert("events_v1", rows);
  return lookAtSteps(deps, projectId);
}

test("a dip that every such weekday has is no fall", async () => {
  expect((await plant("season", { share: (ago) => (ago % 7 === 0 ? 0.5 : 0.8) })).falls).toEqual([]);
});

const gone = (ago: number) => (ago === 0 ? 0 : 0.9);

test("too few units, or too few weeks, are not judged", async () => {
  expect((await plant("few", { people: 29, share: gone })).looks).toEqual([]);
  expect((await plant("young", { days: 14, share: gone })).looks).toEqual([]);
});
