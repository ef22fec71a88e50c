import { schema } from "@voxloop/ledger";
import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import type { Overview } from "./overview.ts";
import { createExperienceRoutes } from "./routes.ts";

const NOW = Date.UTC(2026, 4, 10);
const DAY = 86_400_000;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;
let overview: Overview;

interface Sent {
  at: number;
  customer: string;
  outcome: string;
  error_code?: string;
  transaction_id?: string;
}

let ids = 0;
/** Stores transaction events, each sent twice; a customer has one session. */
async function store(project_id: string, events: Sent[]): Promise<void> {
  const rows = events.map(({ at, customer, ...event }) => ({
    ...event,
    project_id,
    event_name: "vox.transaction",
    event_id: `e${(ids += 1)}`,
    flow: "transfer",
    time: new Date(NOW + at).toISOString(),
    customer_id: customer,
    session_id: customer === "" ? "" : `session of ${customer}`,
  }));
  await deps.warehouse.insert("events_v1", [...rows, ...rows]);
}

beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createExperienceRoutes(deps), person);
  const E1 = { outcome: "failed", error_code: "E1" };
  await store("bank", [
    { at: -DAY, customer: "a", ...E1, transaction_id: "t1" },
    { at: -DAY + 1000, customer: "b", ...E1, transaction_id: "t2" },
    { at: -DAY + 2000, customer: "b", outcome: "succeeded", transaction_id: "t2" },
    { at: -DAY / 2, customer: "c", outcome: "succeeded" },
    { at: -DAY / 2, customer: "d", outcome: "started" },
    { at: -DAY / 2, customer: "", outcome: "started" },
    { at: -DAY - 1, customer: "e", ...E1 },
    { at: -2 * DAY, customer: "f", outcome: "succeeded" },
    { at: -2 * DAY - 1, customer: "g", ...E1 },
    { at: 0, customer: "h", ...E1 },
  ]);
  await store("shop", [{ at: -1, customer: "stranger", ...E1 }]);
  const voice = {
    time: new Date(NOW - 1).toISOString(),
    layer: "customer",
    survey_kind: "nps",
    scored_at: new Date(NOW).toISOString(),
  };
  await deps.warehouse.insert("voices_v1", [
    { ...voice, project_id: "bank", voice_id: "1", score: 10, comment: "好", sentiment_label: "positive" },
    { ...voice, project_id: "bank", voice_id: "2", score: 3, comment: "bad", sentiment_label: "negative" },
    { ...voice, project_id: "bank", voice_id: "3", score: 0, comment: "" },
    { ...voice, project_id: "bank", voice_id: "4", score: 1, survey_kind: "csat", comment: "" },
    { ...voice, project_id: "shop", voice_id: "5", score: 10, comment: "" },
    { ...voice, project_id: "bank", voice_id: "6", score: 10, time: new Date(NOW).toISOString() },
    { ...voice, project_id: "bank", voice_id: "7", score: 10, time: new Date(NOW - DAY - 1).toISOString() },
  ]);
  const issue = { projectId: "bank", title: "t", severity: "high", evidence: {} };
  await deps.ledger.db.insert(schema.issues).values([
    { ...issue, number: 1, cause: "1", state: "detected" },
    { ...issue, number: 2, cause: "2", state: "detected" },
    { ...issue, number: 3, cause: "3", state: "closed" },
    { ...issue, projectId: "shop", number: 1, cause: "1", state: "verifying" },
  ]);
  const answer = await app.request("/projects/bank/overview");
  expect(answer.status).toBe(200);
  overview = (await answer.json()) as Overview;
});
afterAll(() => deps.close());

test("customers are of the last day and the day before", () => {
  expect(overview).toMatchObject({
    from: new Date(NOW - DAY).toISOString(),
    to: new Date(NOW).toISOString(),
    customers: 4,
    previousCustomers: 2,
  });
});

test("blocked are those who did not succeed in the recovery window", () => {
  expect(overview).toMatchObject({ blockedCustomers: 1, previousBlockedCustomers: 1 });
});

test("the success share is of finished transactions, one that recovered under its id being a success", () => {
  expect(overview.transactionSuccess).toBeCloseTo(2 / 3, 10);
  expect(overview.previousTransactionSuccess).toBe(0.5);
});

test("the error-free share is of sessions", () => {
  expect(overview).toMatchObject({ errorFreeSessions: 0.5, previousErrorFreeSessions: 0.5 });
});

test("NPS and the negative share are of the range's voices", () => {
  expect(overview.nps).toMatchObject({ answers: 3, promoters: 1, detractors: 2, tooFew: true });
  expect(overview.negativeShare).toBe(0.5);
});

test("issues are counted by state, closed ones not as open", () => {
  expect(overview).toMatchObject({ openIssues: 2, issuesByState: { detected: 2, closed: 1 } });
});

test("the series splits the range into equal slices", () => {
  expect(overview.series).toHaveLength(48);
  expect(overview.series[0]).toEqual({
    time: new Date(NOW - DAY).toISOString(),
    customers: 2,
    blockedCustomers: 1,
    succeeded: 1,
    failed: 2,
  });
  expect(overview.series[24]).toMatchObject({ customers: 2, blockedCustomers: 0, succeeded: 1, failed: 0 });
  expect(overview.series[47]).toMatchObject({ customers: 0, succeeded: 0, failed: 0 });
});

test("a project without events has no shares", async () => {
  const empty = await app.request(
    "/projects/shop/overview?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z",
  );
  expect(await empty.json()).toMatchObject({
    customers: 0,
    transactionSuccess: null,
    errorFreeSessions: null,
    negativeShare: null,
    nps: { nps: null, answers: 0 },
  });
});
