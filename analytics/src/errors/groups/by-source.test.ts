import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, openTestDeps, person } from "../../http/test-app.fixture.ts";
import { createSourceMapsRoutes } from "../../source-maps/routes.ts";
import { createErrorsRoutes } from "../routes.ts";
import { anEvent } from "../slow-ranking.fixture.ts";
import { groupBySourceJob } from "./by-source.ts";

const NOW = Date.UTC(2026, 4, 10, 10);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createSourceMapsRoutes(deps).route("/", createErrorsRoutes(deps)), person);
});
afterAll(() => deps.close());

/** Column 1 of each build is line 2 of the source, which calls `submit`; column 5 is line 3, which calls `refuse`. */
const map = (file: string, release: string) =>
  app.request(`/projects/bank/source-maps?file=${file}&release=${release}`, {
    method: "POST",
    body: JSON.stringify({
      version: 3,
      sources: ["../../src/transfer.ts"],
      sourcesContent: ["// one\nsubmit();\nrefuse();"],
      names: ["submit", "refuse"],
      mappings: "AACAA,IACAC",
    }),
  });

async function crash(release: string, of: { file: string; name: string; column: number; customer?: string }) {
  const { file, name, column, customer = `c-${release}-${column}` } = of;
  const error_stack = `TypeError: x is undefined\n    at ${name} (https://bank.test/assets/${file}:1:${column})`;
  const event = {
    ...anEvent({
      customer_id: customer,
      outcome: "failed",
      error_type: "TypeError",
      service_version: release,
    }),
    error_message: "x is undefined",
    error_stack,
    project_id: "bank",
    time: new Date(NOW - 60_000).toISOString(),
    error_fingerprint: `${name}${column}`.padEnd(32, "0"),
  };
  await deps.warehouse.insert("events_v1", [event]);
}

const listed = async () =>
  (await (await app.request("/projects/bank/errors")).json()).items.map(
    ({ customers, releases }: { customers: number; releases: string[] }) => ({ customers, releases }),
  );

test("what two builds name differently is one group once their maps are there, and another place is another group", async () => {
  await crash("8.0.1", { file: "app-aa11.js", name: "t", column: 1 });
  await crash("8.0.2", { file: "app-bb22.js", name: "q", column: 1 });
  await crash("8.0.2", { file: "app-bb22.js", name: "z", column: 5 });
  await groupBySourceJob.run(deps);
  expect(await listed()).toHaveLength(3);
  await map("app-aa11.js", "8.0.1");
  await map("app-bb22.js", "8.0.2");
  await groupBySourceJob.run(deps);
  await groupBySourceJob.run(deps);
  expect(await listed()).toEqual([
    { customers: 2, releases: ["8.0.1", "8.0.2"] },
    { customers: 1, releases: ["8.0.2"] },
  ]);
});

test("what people took apart stays apart, and a build that comes later follows", async () => {
  const [first] = (await (await app.request("/projects/bank/errors")).json()).items;
  const state = await (await app.request(`/projects/bank/errors/${first.fingerprint}/group`)).json();
  expect(state.changes.map(({ actor }: { actor: string }) => actor)).toEqual([
    "job:group-by-source",
    "job:group-by-source",
  ]);
  const names = state.members.map(({ fingerprint }: { fingerprint: string }) => fingerprint);
  const taken = names.find((name: string) => name.startsWith("q1"));
  const headers = { "content-type": "application/json" };
  await app.request(`/projects/bank/errors/${first.fingerprint}/unmerge`, {
    method: "POST",
    headers,
    body: JSON.stringify({ fingerprints: [taken] }),
  });
  await crash("8.0.3", { file: "app-cc33.js", name: "r", column: 1, customer: "later" });
  await map("app-cc33.js", "8.0.3");
  await groupBySourceJob.run(deps);
  const after = await listed();
  expect(after).toContainEqual({ customers: 2, releases: ["8.0.1", "8.0.3"] });
  expect(after).toHaveLength(3);
});
