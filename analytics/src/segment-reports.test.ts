import { linksOf, settleHours } from "@voxloop/warehouse";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createErrorsRoutes } from "./errors/routes.ts";
import type { ErrorDetail, ErrorRanking } from "./errors/error-group.ts";
import type { FunnelExplanation } from "./funnels/explain/explanation.ts";
import type { FunnelResult } from "./funnels/funnel.ts";
import { createFunnelsRoutes } from "./funnels/routes.ts";
import type { ApiEnv } from "./http/api.ts";
import { createTestApp, openTestDeps, person } from "./http/test-app.fixture.ts";
import { createPathsRoutes } from "./paths/routes.ts";
import { createRetentionRoutes } from "./retention/routes.ts";
import type { RetentionResult } from "./retention/retention.ts";
import { createSearchRoutes } from "./search/routes.ts";
import { createSegmentsRoutes } from "./segments/routes.ts";
import { createVoicesRoutes } from "./voices/routes.ts";

const FROM = Date.UTC(2026, 4, 1, 8);
const TO = Date.UTC(2026, 4, 1, 20);
const MINUTE_MS = 60_000;
const range = { from: new Date(FROM).toISOString(), to: new Date(TO).toISOString() };

let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;
/** Of who opened the gold card, of nobody, and of none that exists. */
let gold = "";
let empty = "";
const unknown = "00000000-0000-4000-8000-000000000000";

beforeAll(async () => {
  deps = await openTestDeps(new Date(TO));
  const slices = [
    createErrorsRoutes,
    createFunnelsRoutes,
    createPathsRoutes,
    createRetentionRoutes,
    createSearchRoutes,
    createSegmentsRoutes,
    createVoicesRoutes,
  ];
  const routes = new Hono<ApiEnv>();
  for (const create of slices) routes.route("/", create(deps));
  app = createTestApp(routes, person);
  await storeBank();
  gold = await saveSegment("gold", "card.opened");
  empty = await saveSegment("nobody", "never");
});
afterAll(() => deps.close());

/** Ann opened the gold card and met the error before she signed in; Bob did, on the web; Cid met it without a gold card. */
async function storeBank(): Promise<void> {
  const stories = ["ann", "bob", "cid"].flatMap((who, at) => {
    const whoFailed =
      who === "ann"
        ? { customer_id: "phone", installation_id: "phone" }
        : { customer_id: who, user_id: who, installation_id: who === "bob" ? "" : "tablet" };
    const signedIn = {
      customer_id: who,
      user_id: who,
      installation_id: who === "ann" ? "phone" : "",
    };
    const failed = { flow: "transfer", outcome: "failed", error_code: "E1042" };
    return [
      { ...whoFailed, event_name: "view", page: "home" },
      { ...whoFailed, event_name: "vox.transaction", page: "pay", ...failed },
      { ...whoFailed, event_name: "app.crash", page: "pay" },
      { ...whoFailed, event_name: "vox.search", page: "", attributes: { "vox.search.query": "fees" } },
      { ...signedIn, event_name: who === "cid" ? "view" : "card.opened", page: "done" },
    ].map((event, index) => ({
      ...event,
      project_id: "bank",
      event_id: `${who}-${index}`,
      session_id: `session-${who}`,
      channel: who === "bob" ? "web" : "app",
      time: new Date(FROM + (10 * at + index) * MINUTE_MS).toISOString(),
    }));
  });
  await deps.warehouse.insert("events_v1", stories);
  const voices = ["phone", "bob", "cid"].map((customer_id, at) => ({
    project_id: "bank",
    voice_id: customer_id,
    layer: "customer",
    customer_id,
    survey_kind: "nps",
    score: 3 * at,
    comment: "slow",
    sentiment_label: "negative",
    language: "en",
    time: new Date(FROM + (60 + at) * MINUTE_MS).toISOString(),
  }));
  await deps.warehouse.insert("voices_v1", voices);
}

async function saveSegment(name: string, event: string): Promise<string> {
  const body = {
    name: { "zh-CN": name, en: name },
    definition: { rules: [{ kind: "did", event, withinDays: 1 }] },
  };
  return ((await (await post("/segments", body)).json()) as { id: string }).id;
}

const post = (path: string, body: object) =>
  app.request(`/projects/bank${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const get = (path: string, segment?: string) => {
  const search = new URLSearchParams({ ...range, ...(segment !== undefined && { segment }) });
  return app.request(`/projects/bank${path}?${search.toString()}`);
};
const read = async <Answer>(answer: Response | Promise<Response>): Promise<Answer> => {
  const { status } = await answer;
  expect(status).toBe(200);
  return (await (await answer).json()) as Answer;
};

const ranking = (segment?: string) => read<ErrorRanking>(get("/errors", segment));

const counted = (people: number) => ({
  totals: {
    customers: people,
    sessions: people,
    customersWithErrors: people,
    blockedCustomers: people,
    crashedSessions: people,
  },
});

test("the Top-50 counts the segment's customers alone, under whatever id they met the error, settled or not", async () => {
  expect(await ranking()).toMatchObject(counted(3));
  expect(await ranking(empty)).toMatchObject({ items: [], ...counted(0) });
  await expectGold();
  await settleHours(deps.warehouse, {
    from: new Date(FROM),
    to: new Date(TO - 3_600_000),
    projectId: "bank",
    recoveryWindowSeconds: 1800,
    links: await linksOf(deps.warehouse, "bank"),
    settling: 1,
  });
  await expectGold();

  async function expectGold() {
    const ofGold = await ranking(gold);
    expect(ofGold).toMatchObject(counted(2));
    expect(ofGold.items).toMatchObject([
      { code: "E1042", customers: 2, blockedCustomers: 2, comments: 2, scores: { exposedAnswers: 2 } },
    ]);
  }
}, 120_000);

test("an error in detail is of the segment's customers alone", async () => {
  const [group] = (await ranking()).items.filter(({ code }) => code === "E1042");
  const path = `/errors/${group?.fingerprint}`;
  const detail = await read<ErrorDetail>(get(path, gold));
  expect(detail.group).toMatchObject({ customers: 2, blockedCustomers: 2, blockedShare: 1 });
  expect(detail.series.reduce((sum, { events }) => sum + events, 0)).toBe(2);
  expect(detail.samples.map(({ customerId }) => customerId).toSorted()).toEqual(["ann", "bob"]);
  expect(detail.voices.map(({ voiceId }) => voiceId).toSorted()).toEqual(["bob", "phone"]);
  expect(detail.segments.find(({ value }) => value === "app")).toMatchObject({ customers: 1, share: 0.5 });
  const customers = await read<{ items: { customerId: string }[] }>(get(`${path}/customers`, gold));
  expect(customers.items.map(({ customerId }) => customerId).toSorted()).toEqual(["ann", "bob"]);
  expect(await (await get(`${path}/customers.csv`, gold)).text()).not.toContain("cid");
  const quiet = await read<ErrorDetail>(get(path, empty));
  expect(quiet.group).toMatchObject({ customers: 0, code: "E1042" });
  expect(quiet.samples).toEqual([]);
});

test("paths and searches are of the segment's customers alone", async () => {
  for (const unit of ["session", "customer"]) {
    const question = { anchor: { page: "home" }, unit, ...range };
    for (const [segment, units] of [
      [undefined, 3],
      [gold, 2],
      [empty, 0],
    ] as const)
      expect(await read(post("/paths/query", { ...question, segment }))).toMatchObject({ units });
  }
  for (const [segment, searches] of [
    [undefined, 3],
    [gold, 2],
    [empty, 0],
  ] as const)
    expect(await read(post("/searches/query", { ...range, segment }))).toMatchObject({
      searches,
      customers: searches,
    });
});

test("funnels are of the segment's customers alone, whatever order they ask for", async () => {
  const steps = [{ event: "view" }, { event: "vox.transaction" }];
  for (const unit of ["session", "customer"])
    for (const order of ["ordered", "strict", "any"])
      for (const [segment, entered] of [
        [undefined, 3],
        [gold, 2],
        [empty, 0],
      ] as const) {
        const question = { steps, unit, order, ...range, segment };
        const found = await read<FunnelResult>(post("/funnels/query", question));
        expect(found.steps.map((step) => step.entered)).toEqual([entered, entered]);
      }
}, 120_000);

test("drop-offs are explained among the segment's customers alone", async () => {
  const steps = [{ event: "view" }, { event: "never" }];
  for (const [segment, reached] of [
    [undefined, 3],
    [gold, 2],
    [empty, 0],
  ] as const) {
    const question = { steps, step: 1, windowSeconds: 600, ...range, segment };
    const found = await read<FunnelExplanation>(post("/funnels/explain", question));
    expect(found).toMatchObject({ reached, dropped: reached });
    const failed = found.tooFew.find(({ kind }) => kind === "error");
    expect(failed?.exposed ?? 0).toBe(reached);
  }
});

test("cohorts are of the segment's customers alone", async () => {
  const question = { start: {}, returning: {}, period: "day", periods: 1, ...range };
  for (const [segment, people] of [
    [undefined, 3],
    [gold, 2],
    [empty, 0],
  ] as const) {
    const found = await read<RetentionResult>(post("/retention/query", { ...question, segment }));
    expect(found.cohorts.reduce((sum, { size }) => sum + size, 0)).toBe(people);
  }
});

test("voices and their scores are of the segment's customers alone", async () => {
  const list = await read<{ items: object[] }>(get("/voices", gold));
  expect(list.items).toMatchObject([
    { voiceId: "bob", customerId: "bob" },
    { voiceId: "phone", customerId: "ann" },
  ]);
  const scores = await read<object>(get("/voices/scores", gold));
  expect(scores).toMatchObject({ nps: { answers: 2 }, sentiment: { negative: 2 } });
  expect(await read(get("/voices/scores"))).toMatchObject({ nps: { answers: 3 } });
});

test("a segment that is not there is refused by its name on every report, never answered with everybody", async () => {
  const question = { anchor: { page: "home" }, ...range, segment: unknown };
  const answers = [
    await get("/errors", unknown),
    await get("/errors/abc", unknown),
    await get("/errors/abc/customers", unknown),
    await get("/voices", unknown),
    await get("/voices/scores", unknown),
    await post("/paths/query", question),
    await post("/searches/query", question),
    await post("/funnels/query", { steps: [{ event: "view" }, { event: "pay" }], ...question }),
    await post("/funnels/explain", {
      steps: [{ event: "view" }, { event: "pay" }],
      step: 1,
      ...question,
    }),
    await post("/retention/query", { start: {}, returning: {}, ...question }),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field: "segment" }] });
  }
  expect((await get("/errors", "gold")).status).toBe(400);
});
