import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createIssuesRoutes } from "./routes.ts";

const NOW = new Date("2026-05-10T10:00:00.000Z");
const answer = z.any();
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
let fingerprint = "";

interface Sent {
  customer: string;
  minutesAgo: number;
  outcome?: string;
  code?: string;
  flow?: string;
  release?: string;
  project?: string;
}

const sent: Sent[] = [
  { customer: "lost", minutesAgo: 300, release: "8.0.0" },
  { customer: "lost", minutesAgo: 200, release: "8.0.1" },
  { customer: "gave-up", minutesAgo: 100 },
  { customer: "late", minutesAgo: 90 },
  { customer: "late", minutesAgo: 59, outcome: "succeeded" },
  { customer: "recovered", minutesAgo: 80 },
  { customer: "recovered", minutesAgo: 50, outcome: "succeeded" },
  { customer: "other-flow", minutesAgo: 70 },
  { customer: "other-flow", minutesAgo: 60, outcome: "succeeded", flow: "bill" },
  { customer: "earlier", minutesAgo: 40 },
  { customer: "earlier", minutesAgo: 41, outcome: "succeeded" },
  { customer: "", minutesAgo: 30 },
  { customer: "other-error", minutesAgo: 30, code: "E9" },
  { customer: "other-project", minutesAgo: 30, project: "shop" },
  { customer: "long-ago", minutesAgo: 91 * 24 * 60 },
];

const at = (minutesAgo: number) => new Date(NOW.getTime() - minutesAgo * 60_000).toISOString();

beforeAll(async () => {
  deps = await openTestDeps(NOW);
  app = createTestApp(createIssuesRoutes(deps), person);
  const rows = sent.map((each, index) => ({
    project_id: each.project ?? "bank",
    event_name: "vox.transaction",
    time: at(each.minutesAgo),
    event_id: String(index),
    customer_id: each.customer,
    service_version: each.release ?? "8.0.1",
    flow: each.flow ?? "transfer",
    transaction_id: String(index),
    outcome: each.outcome ?? "failed",
    error_code: each.outcome === "succeeded" ? "" : (each.code ?? "E1042"),
  }));
  await deps.warehouse.insert("events_v1", rows);
  const [found] = await deps.warehouse.query({
    name: "fingerprint",
    sql: "SELECT any(fingerprint) AS id FROM error_events_v1 WHERE error_code = 'E1042'",
    row: z.object({ id: z.string() }),
  });
  fingerprint = found?.id ?? "";
});
afterAll(() => deps.close());

async function ask(path: string, body?: object) {
  const response = await app.request(`/projects/bank/issues${path}`, {
    ...(body && {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    }),
  });
  return { status: response.status, body: answer.parse(await response.json()) };
}

test("a person opens the issue of an error group once, with what it costs today", async () => {
  const first = await ask("", { fingerprint });
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({
    title: "E1042",
    flow: "transfer",
    severity: "low",
    evidence: { code: "E1042", rank: 0, customers: 6, blockedCustomers: 5, blockedTransactions: 6 },
  });
  const second = await ask("", { fingerprint });
  expect([second.status, second.body.id]).toEqual([200, first.body.id]);
  const { items } = (await ask(`/${first.body.id}/timeline`)).body;
  expect(items).toMatchObject([{ kind: "opened", actor: "pm@bank.test" }]);
});

test("a person may open an issue again although it was closed", async () => {
  const { id, version } = (await ask("", { fingerprint })).body;
  await ask(`/${id}/transitions`, { version, to: "closed", reason: "wont_fix" });
  const again = await ask("", { fingerprint });
  expect(again.status).toBe(201);
  expect(again.body.id).not.toBe(id);
});

test("an error that was never seen has no issue", async () => {
  expect((await ask("", { fingerprint: "0".repeat(32) })).status).toBe(404);
});

test("the customers affected are those blocked for good, the latest first, by cursor", async () => {
  const { id } = (await ask("", { fingerprint })).body;
  const seen: object[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { body } = await ask(`/${id}/customers?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
    seen.push(...body.items);
    cursor = body.nextCursor;
  }
  expect(seen).toEqual([
    { customerId: "earlier", blockedAt: at(40), release: "8.0.1" },
    { customerId: "other-flow", blockedAt: at(70), release: "8.0.1" },
    { customerId: "late", blockedAt: at(90), release: "8.0.1" },
    { customerId: "gave-up", blockedAt: at(100), release: "8.0.1" },
    { customerId: "lost", blockedAt: at(200), release: "8.0.1" },
  ]);
  expect((await ask(`/${id}/customers?cursor=x`)).status).toBe(400);
});

test("who may only read cannot write, and who is not signed in sees nothing", async () => {
  const reader = createTestApp(createIssuesRoutes(deps), {
    name: "token:r",
    scopes: ["read"],
    projectId: null,
  });
  const body = JSON.stringify({ fingerprint });
  const headers = { "content-type": "application/json" };
  expect((await reader.request("/projects/bank/issues")).status).toBe(200);
  expect((await reader.request("/projects/bank/issues", { method: "POST", body, headers })).status).toBe(403);
  const nobody = createTestApp(createIssuesRoutes(deps), undefined);
  expect((await nobody.request("/projects/bank/issues")).status).toBe(401);
});
