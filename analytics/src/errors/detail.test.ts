import { schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import type { ErrorDetail, ErrorRanking } from "./error-group.ts";
import { createErrorsRoutes } from "./routes.ts";
import { anEvent, type TestEvent } from "./slow-ranking.fixture.ts";
import { traceUrlOf } from "./trace-url.ts";

const NOW = Date.UTC(2026, 4, 10, 10);
const DAY = 86_400_000;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;
let detail: ErrorDetail;
let fingerprint = "";

beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createErrorsRoutes(deps), person);
  const e1042 = { outcome: "failed", error_code: "E1042", service_version: "8.0.1", channel: "app" };
  const events = [
    anEvent({ time: NOW - 3 * DAY, ...e1042, service_version: "8.0.0" }),
    anEvent({
      time: NOW - DAY / 2,
      ...e1042,
      event_id: "sample",
      customer_id: "c1",
      page: "/transfer",
      step: "confirm",
      error_message: "Limit reached",
      error_stack: "Error: Limit\n at pay",
      attributes: { amount: "100" },
      trace_id: "5b8efff798038103d269b633813fc60c",
      span_id: "eee19b7ec3c1b174",
    }),
    anEvent({ time: NOW - 1000, ...e1042, customer_id: "c2", channel: "web" }),
    anEvent({ time: NOW - 500, outcome: "succeeded", customer_id: "c2", service_version: "8.0.2" }),
    anEvent({ time: NOW - 1000, outcome: "failed", error_code: "E7", flow: "bill" }),
  ];
  await store("bank", events);
  await store("shop", [anEvent({ time: NOW - 1000, ...e1042, customer_id: "stranger" })]);
  const heard = {
    layer: "customer",
    time: new Date(NOW - 100).toISOString(),
    scored_at: new Date(NOW).toISOString(),
  };
  await deps.warehouse.insert("voices_v1", [
    {
      ...heard,
      project_id: "bank",
      voice_id: "v1",
      customer_id: "c2",
      comment: "太慢了",
      score: 2,
      survey_kind: "nps",
      sentiment_label: "negative",
      language: "zh",
    },
    {
      ...heard,
      project_id: "bank",
      voice_id: "v2",
      customer_id: "c9",
      comment: "good",
      sentiment_label: "positive",
    },
    { ...heard, project_id: "shop", voice_id: "v3", customer_id: "c2", comment: "other shop" },
  ]);
  const traceUrlTemplate = "https://traces.bank.example/t/{traceId}?span={spanId}&at={time}";
  await deps.ledger.db
    .update(schema.projects)
    .set({ traceUrlTemplate })
    .where(eq(schema.projects.id, "bank"));
  await deps.ledger.db.insert(schema.funnels).values([
    { projectId: "bank", name: "Transfer", definition: ofFlow("transfer") },
    { projectId: "bank", name: "Bill", definition: ofFlow("bill") },
    { projectId: "bank", name: "Two flows", definition: of([inFlows("transfer", "bill")]) },
    { projectId: "bank", name: "No transfer", definition: of([notFlow, inFlows("bill")]) },
    { projectId: "shop", name: "Other", definition: ofFlow("transfer") },
  ]);
  await deps.ledger.db.insert(schema.releases).values([
    { projectId: "bank", version: "8.0.2", releasedAt: new Date(NOW - 2000) },
    { projectId: "shop", version: "8.0.1", releasedAt: new Date(0) },
  ]);
  const list = (await (await app.request("/projects/bank/errors")).json()) as ErrorRanking;
  fingerprint = list.items.find((item) => item.code === "E1042")?.fingerprint ?? "";
  detail = (await (await app.request(`/projects/bank/errors/${fingerprint}`)).json()) as ErrorDetail;
});
afterAll(() => deps.close());

const of = (where: unknown) => ({ steps: [{ event: "a" }, { event: "b", where }] });
const ofFlow = (flow: string) => of({ "vox.flow": flow });
const inFlows = (...value: string[]) => ({ property: "flow", operator: "in", value });
const notFlow = { property: "vox.flow", operator: "!=", value: "transfer" };

async function store(project_id: string, events: TestEvent[]): Promise<void> {
  const rows = events.map((event) => ({ ...event, project_id, time: new Date(event.time).toISOString() }));
  await deps.warehouse.insert("events_v1", [...rows, ...rows]);
}

test("the detail carries the group as the list has it", () => {
  expect(detail.group).toMatchObject({
    code: "E1042",
    rank: 1,
    customers: 2,
    blockedCustomers: 1,
    comments: 1,
    negativeShare: 1,
  });
});

test("the series puts every event in its slice of the range", () => {
  expect(detail.series).toHaveLength(48);
  expect(detail.series[24]).toEqual({
    time: new Date(NOW - DAY / 2).toISOString(),
    events: 1,
    customers: 1,
    blockedCustomers: 1,
  });
  expect(detail.series[47]).toMatchObject({ events: 1, customers: 1, blockedCustomers: 0 });
  expect(detail.series.reduce((sum, point) => sum + point.events, 0)).toBe(2);
});

test("segments say how the group's customers spread", () => {
  const channels = detail.segments.filter((segment) => segment.property === "channel");
  expect(channels).toEqual([
    { property: "channel", value: "app", customers: 1, share: 0.5, lift: null },
    { property: "channel", value: "web", customers: 1, share: 0.5, lift: null },
  ]);
  expect(detail.segments).toContainEqual({
    property: "release",
    value: "8.0.1",
    customers: 2,
    share: 1,
    lift: null,
  });
});

test("samples are the latest events with their stack and attributes, a retried one once", () => {
  expect(detail.samples.map((sample) => sample.customerId)).toEqual(["c2", "c1"]);
  expect(detail.samples[1]).toEqual({
    eventId: "sample",
    time: new Date(NOW - DAY / 2).toISOString(),
    customerId: "c1",
    sessionId: "s1",
    release: "8.0.1",
    page: "/transfer",
    step: "confirm",
    message: "Limit reached",
    stack: "Error: Limit\n at pay",
    frames: null,
    attributes: { amount: "100" },
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: "eee19b7ec3c1b174",
    traceUrl:
      "https://traces.bank.example/t/5b8efff798038103d269b633813fc60c?span=eee19b7ec3c1b174&at=2026-05-09T22%3A00%3A00.000Z",
  });
});

test("a sample without a trace, or of a project without a tracing system, links to none", () => {
  expect(detail.samples[0]).toMatchObject({ traceId: "", traceUrl: null });
  expect(traceUrlOf(null, { traceId: "a", spanId: "b", time: "c" })).toBeNull();
});

test("what is filled into a trace's address cannot change where it leads", () => {
  const event = { traceId: "../x?y#z&{time}", spanId: "", time: "t" };
  expect(traceUrlOf("https://a.example/{traceId}/{spanId}/{other}", event)).toBe(
    "https://a.example/..%2Fx%3Fy%23z%26%7Btime%7D//{other}",
  );
});

test("voices are of customers who met the error, in this project", () => {
  expect(detail.voices).toEqual([
    {
      voiceId: "v1",
      time: new Date(NOW - 100).toISOString(),
      score: 2,
      comment: "太慢了",
      language: "zh",
      sentimentLabel: "negative",
    },
  ]);
});

test("funnels are the saved ones with a step in the error's flow", () => {
  expect(detail.funnels.map((funnel) => funnel.name).toSorted()).toEqual(["Transfer", "Two flows"]);
});

test("releases are those on the flow, by the time they were announced or else first seen", () => {
  expect(detail.releases).toEqual([
    { version: "8.0.2", releasedAt: new Date(NOW - 2000).toISOString() },
    { version: "8.0.1", releasedAt: new Date(NOW - DAY / 2).toISOString() },
    { version: "8.0.0", releasedAt: new Date(NOW - 3 * DAY).toISOString() },
  ]);
});

test("a group that was quiet in the range is still described, one that never was is not found", async () => {
  const quiet = await app.request(
    `/projects/bank/errors/${fingerprint}?from=2026-05-01T00:00:00Z&to=2026-05-02T00:00:00Z`,
  );
  expect(await quiet.json()).toMatchObject({
    group: { code: "E1042", flow: "transfer", rank: 0, events: 0 },
    samples: [],
  });
  expect((await app.request("/projects/bank/errors/none")).status).toBe(404);
  const e7 = (await (await app.request("/projects/bank/errors?filter=flow:bill")).json()) as ErrorRanking;
  expect((await app.request(`/projects/shop/errors/${e7.items[0]?.fingerprint}`)).status).toBe(404);
});
