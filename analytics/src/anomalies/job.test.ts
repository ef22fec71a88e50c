import { schema } from "@voxloop/ledger";
import type { EventRow } from "@voxloop/warehouse";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createAnomaliesRoutes } from "./routes.ts";
import { openIssue } from "../issues/open.ts";
import { simulateCounts } from "../stats/simulated-counts.fixture.ts";
import { anomalyList } from "./anomaly.ts";
import { findAnomaliesJob } from "./job.ts";

const HOUR = 3_600_000;
const HOURS = 4 * 168;
/** The last hour whose recovery windows are over ends half an hour before. */
const NOW = Date.UTC(2026, 4, 10, 10, 30);
const END = NOW - HOUR / 2;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let clock = new Date(NOW);

beforeAll(async () => {
  const opened = await openTestDeps(clock);
  deps = { ...opened, now: () => clock };
  deps.scheduler.define("deliver-webhooks", async () => undefined);
});
afterAll(() => deps.close());

let events = 0;

/** Customers who fail in each of the last hours, each once. */
async function fail(projectId: string, counts: readonly number[], change: Partial<EventRow> = {}) {
  const rows = counts.flatMap((count, index) =>
    Array.from({ length: count }, (_, customer) => ({
      project_id: projectId,
      event_name: "vox.transaction",
      event_id: `event-${(events += 1)}`,
      time: new Date(END - (counts.length - index) * HOUR + 60_000 + customer * 1000).toISOString(),
      customer_id: `c${index}-${customer}`,
      user_id: `c${index}-${customer}`,
      flow: "transfer",
      outcome: "failed",
      error_code: "E1",
      error_message: "Limit reached",
      ...change,
    })),
  );
  await deps.warehouse.insert("events_v1", rows);
}

/** Events without errors in every hour, so that no hour is silent. */
async function visit(projectId: string, isQuiet = (_hour: number) => false) {
  const rows = Array.from({ length: HOURS }, (_, hour) => ({
    project_id: projectId,
    event_name: "open",
    event_id: `event-${(events += 1)}`,
    time: new Date(END - (HOURS - hour) * HOUR + 1000).toISOString(),
    customer_id: "visitor",
  })).filter((_, hour) => !isQuiet(hour));
  await deps.warehouse.insert("events_v1", rows);
}

async function newProject(id: string): Promise<string> {
  await deps.ledger.db.insert(schema.projects).values({ id, name: id });
  return id;
}

const usual = (mean: number, seed: number) => simulateCounts({ hours: HOURS, mean, seed });
const withLast = (counts: number[], ...last: number[]) => [...counts.slice(0, -last.length), ...last];

async function listOf(projectId: string) {
  const app = createTestApp(createAnomaliesRoutes(deps), person);
  const response = await app.request(`/projects/${projectId}/anomalies`);
  return anomalyList.parse(await response.json()).items;
}
const issuesOf = (projectId: string) =>
  deps.ledger.db.select().from(schema.issues).where(eq(schema.issues.projectId, projectId));

test("a group that spikes is told with its expected range, and its issue is opened; one as usual is not", async () => {
  await visit("bank");
  await fail("bank", withLast(usual(5, 1), 60));
  await fail("bank", usual(5, 2), { error_code: "E2" });
  await findAnomaliesJob.run(deps);
  const [issue, ...others] = await issuesOf("bank");
  expect(others).toEqual([]);
  expect(issue).toMatchObject({ title: "E1: Limit reached (transfer)", state: "detected" });
  const spiking = (await listOf("bank")).find(({ fingerprint }) => fingerprint !== "");
  expect(spiking).toMatchObject({
    kind: "spiking",
    code: "E1",
    flow: "transfer",
    unit: "blocked",
    since: new Date(END - HOUR).toISOString(),
    until: new Date(END).toISOString(),
    observed: expect.closeTo(60, 6),
    spanHours: 1,
    issueId: issue?.id,
  });
  expect(spiking?.high).toBeLessThan(40);
  expect(issue?.cause).toBe(`error:${spiking?.fingerprint}`);
  expect(issue?.evidence).toMatchObject({ kind: "error", spike: { unit: "blocked", high: spiking?.high } });
});

test("all blocked customers together are told as the group without a name, which has no issue", async () => {
  const total = (await listOf("bank")).find(({ fingerprint }) => fingerprint === "");
  expect(total).toMatchObject({ kind: "spiking", unit: "blocked", title: "", issueId: null });
});

test("a second run tells and opens the same", async () => {
  const before = [await listOf("bank"), await issuesOf("bank")];
  await findAnomaliesJob.run(deps);
  expect([await listOf("bank"), await issuesOf("bank")]).toEqual(before);
});

test("a spike keeps its beginning while it goes on, and is no longer told when it is over", async () => {
  const [before] = await listOf("bank");
  clock = new Date(NOW + HOUR / 4);
  await findAnomaliesJob.run(deps);
  expect((await listOf("bank")).every(({ since }) => since === before?.since)).toBe(true);
  clock = new Date(NOW + 9 * HOUR);
  await findAnomaliesJob.run(deps);
  clock = new Date(NOW);
  expect(await listOf("bank")).toEqual([]);
});

test("the issue that a group has is told that it spikes, and keeps its numbers when its impact is measured again", async () => {
  const id = await newProject("told");
  await visit(id);
  await fail(id, withLast(usual(5, 3), 60));
  await findAnomaliesJob.run(deps);
  const [issue] = await issuesOf(id);
  const evidence = { ...(issue?.evidence as Record<string, unknown>), rank: 1, blockedCustomers: 200 };
  const { spike, ...measured } = evidence as { spike?: unknown };
  const same = { projectId: id, cause: issue?.cause ?? "", title: "", flow: "transfer" };
  await openIssue(deps, { ...same, evidence: measured as never });
  await findAnomaliesJob.run(deps);
  const [after, ...others] = await issuesOf(id);
  expect(others).toEqual([]);
  expect(after?.evidence).toMatchObject({ rank: 1, blockedCustomers: 200, spike });
});

const isSilent = (hour: number) => hour >= HOURS - 12 && hour < HOURS - 2;

test("a silence is neither a fall nor, when all come back, a spike", async () => {
  const id = await newProject("silent");
  await visit(id, isSilent);
  await fail(
    id,
    usual(20, 4).map((count, hour) => (isSilent(hour) ? 0 : count)),
  );
  await findAnomaliesJob.run(deps);
  expect(await listOf(id)).toEqual([]);
});

test("a group first seen in the last day is new when it blocks three customers, whatever it does by the hour", async () => {
  const id = await newProject("launch");
  await visit(id);
  await fail(id, [1, 1, 1], { error_code: "NEW3" });
  await fail(id, [0, 1, 1], { error_code: "NEW2" });
  await fail(id, [3, ...Array.from({ length: 30 }, () => 1)], { error_code: "OLD" });
  await findAnomaliesJob.run(deps);
  const told = (await listOf(id)).filter(({ fingerprint }) => fingerprint !== "");
  expect(told).toMatchObject([
    { kind: "new", code: "NEW3", observed: 3, expected: null, low: null, high: null },
  ]);
  expect((await issuesOf(id)).map(({ title }) => title)).toEqual(["NEW3: Limit reached (transfer)"]);
});

test("of a group outside of flows all customers are counted, and one that people archived is not told", async () => {
  const id = await newProject("plain");
  await visit(id);
  await fail(id, withLast(usual(5, 5), 60), { flow: "", event_name: "exception", outcome: "" });
  await findAnomaliesJob.run(deps);
  const [told, ...others] = await listOf(id);
  expect(others).toEqual([]);
  expect(told).toMatchObject({ kind: "spiking", unit: "customers", code: "E1", flow: "" });
  await deps.ledger.db.insert(schema.errorGroups).values({
    projectId: id,
    fingerprint: told?.fingerprint ?? "",
    archive: { until: "forever" },
    updatedAt: clock,
    updatedBy: "pm@bank.test",
  });
  await findAnomaliesJob.run(deps);
  expect(await listOf(id)).toEqual([]);
});

test("errors that customers may still make up for are not counted yet", async () => {
  const id = await newProject("early");
  await visit(id);
  await fail(id, usual(5, 6));
  await fail(id, [60], { time: new Date(NOW - 60_000).toISOString() });
  await findAnomaliesJob.run(deps);
  expect(await listOf(id)).toEqual([]);
});

test("who may not read a project is refused, and one that does not exist is not found", async () => {
  const path = "/projects/bank/anomalies";
  const nobody = createTestApp(createAnomaliesRoutes(deps), undefined);
  expect((await nobody.request(path)).status).toBe(401);
  const other = createTestApp(createAnomaliesRoutes(deps), { ...person, projectId: "shop" });
  expect((await other.request(path)).status).toBe(403);
  const reader = createTestApp(createAnomaliesRoutes(deps), person);
  expect((await reader.request("/projects/nowhere/anomalies")).status).toBe(404);
});
