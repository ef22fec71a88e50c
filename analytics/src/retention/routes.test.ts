import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createRetentionRoutes } from "./routes.ts";
import { z } from "zod";

/** A Friday evening in Shanghai, where the project is. */
const NOW = Date.UTC(2026, 4, 8, 12);
const DAY = 86_400_000;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;
/** Days before now, whose, what. */
const SENT: [days: number, customer: string, name: string][] = [
  [9, "old", "opened"],
  [4, "old", "opened"],
  [4, "ann", "opened"],
  [3, "ann", "paid"],
  [1, "ann", "paid"],
  [0, "ann", "paid"],
  [4, "bob", "opened"],
  [3, "bob", "opened"],
  [0, "eve", "opened"],
  [4, "", "opened"],
];
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createRetentionRoutes(deps), person);
  const rows = SENT.map(([days, customer_id, event_name], at) => ({
    project_id: "bank",
    event_name,
    event_id: `e${at}`,
    customer_id,
    user_id: customer_id,
    time: new Date(NOW - days * DAY).toISOString(),
    attributes: { plan: customer_id === "ann" ? "gold" : "basic" },
    channel: customer_id === "ann" ? "wechat" : "web",
    flow: "pay",
    error_code: event_name === "paid" && days === 3 ? "E1042" : "",
  }));
  await deps.warehouse.insert("events_v1", [...rows, ...rows]);
});
afterAll(() => deps.close());

const DAYS = { from: new Date(NOW - 4 * DAY).toISOString(), to: new Date(NOW).toISOString() };
const post = (path: string, body: object, of = app) =>
  of.request(`/projects/bank/retention/${path}query`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...DAYS, ...body }),
  });
const COHORTS = { start: { event: "opened" }, returning: { event: "paid" }, period: "day", periods: 3 };
const ask = (change: object, of = app) => post("", { ...COHORTS, ...change }, of);

interface Answer {
  cohorts: {
    from: string;
    size: number;
    periods: { returned: number | null; state: string; share: unknown }[];
  }[];
  totals: { cases: number; of: number }[];
}
const cohortsOf = async (change: object) => {
  const { cohorts } = (await (await ask(change)).json()) as Answer;
  return cohorts.map(({ from, size, periods }) => [from, size, ...periods.map((cell) => cell.returned)]);
};

test("a customer is in the cohort of their first start ever, and periods to come are no returns of none", async () => {
  expect(await cohortsOf({})).toEqual([
    ["2026-05-04", 2, 1, 0, 1],
    ["2026-05-05", 0, 0, 0, 0],
    ["2026-05-06", 0, 0, 0, null],
    ["2026-05-07", 0, 0, null, null],
    ["2026-05-08", 1, null, null, null],
  ]);
});

test("a customer is in the cohort of each period with a start when starts recur", async () => {
  expect((await cohortsOf({ cohort: "recurring" })).slice(0, 2)).toEqual([
    ["2026-05-04", 3, 1, 0, 1],
    ["2026-05-05", 1, 0, 0, 0],
  ]);
});

test("shares have an interval once their period is over, and those of all cohorts are told together", async () => {
  const { cohorts, totals } = (await (await ask({})).json()) as Answer;
  expect(cohorts[0]?.periods[0]?.share).toMatchObject({ cases: 1, of: 2, share: 0.5, tooFew: true });
  expect(cohorts[0]?.periods[0]?.share).toMatchObject({ low: expect.closeTo(0.0945, 4) });
  expect(cohorts[3]?.periods[0]).toMatchObject({ state: "running", share: null });
  expect(totals).toMatchObject([
    { cases: 1, of: 2 },
    { cases: 0, of: 2 },
    { cases: 1, of: 2 },
  ]);
});

test("weeks begin on Monday, and months and filters are asked for in the same way", async () => {
  const week = { period: "week", periods: 1, from: new Date(NOW - 9 * DAY).toISOString() };
  expect(await cohortsOf({ ...week, returning: {} })).toEqual([
    ["2026-04-27", 1, 1],
    ["2026-05-04", 3, null],
  ]);
  const gold = { event: "opened", where: [{ property: "plan", operator: "in", value: ["gold"] }] };
  expect(await cohortsOf({ period: "month", periods: 1, start: gold })).toEqual([["2026-05-01", 1, null]]);
});

test("a range without data, or all to come, has an honest empty answer", async () => {
  const past = {
    from: new Date(NOW - 90 * DAY).toISOString(),
    to: new Date(NOW - 90 * DAY + 1).toISOString(),
  };
  expect(await cohortsOf(past)).toEqual([["2026-02-07", 0, 0, 0, 0]]);
  const ahead = { from: new Date(NOW + DAY).toISOString(), to: new Date(NOW + 3 * DAY).toISOString() };
  expect(await cohortsOf(ahead)).toEqual([]);
});

async function expectRefused(answer: Response, field: string) {
  expect(answer.status, field).toBe(400);
  expect(await answer.text()).toContain(field);
}

test("a bad question is refused with the field's name", async () => {
  for (const [field, change] of [
    ["start", { start: undefined }],
    ["start.where", { start: { where: [{ property: "plan", operator: "like", value: "x" }] } }],
    ["returning.where", { returning: { where: [{ property: "plan", operator: "regex", value: "(" }] } }],
    ["returning.event", { returning: { event: "" } }],
    ["cohort", { cohort: "last" }],
    ["period", { period: "hour" }],
    ["periods", { periods: 0 }],
    ["periods", { periods: 91 }],
    ["from", { from: "yesterday" }],
    ["from", { from: new Date(NOW + 1).toISOString() }],
    ["from", { from: new Date(NOW - 500 * DAY).toISOString() }],
    ["breakdown", { breakdown: "page" }],
  ] as const) {
    await expectRefused(await ask(change), field);
  }
  for (const [field, change] of [
    ["activity.where", { activity: { where: [{ property: "plan", operator: "regex", value: "(" }] } }],
    ["period", { period: "hour" }],
    ["from", { from: new Date(NOW + 1).toISOString() }],
  ] as const) {
    await expectRefused(await post("frequency/", change), field);
  }
  for (const [field, change] of [
    ["fingerprint", { fingerprint: "" }],
    ["flow", { flow: "" }],
    ["withinDays", { withinDays: 0 }],
    ["withinDays", { withinDays: 31 }],
    ["to", { to: "tomorrow" }],
  ] as const) {
    await expectRefused(await post("exposure/", { fingerprint: "f", ...change }), field);
  }
});

test("cohorts are told apart by what their customers started with", async () => {
  const { segments } = await (await ask({ breakdown: "channel" })).json();
  expect(segments).toMatchObject([
    { value: "web", size: 2, totals: [{ cases: 0, of: 1 }, { of: 1 }, { of: 1 }] },
    { value: "wechat", size: 1, totals: [{ cases: 1, of: 1 }, { cases: 0 }, { cases: 1 }] },
  ]);
});

test("customers are new, returning, resurrecting or dormant in each period, and counted by periods", async () => {
  const answer = await post("frequency/", { period: "day" });
  const { periods, customers, stickiness, daily } = await answer.json();
  const { from, ...last } = periods[4];
  expect(from).toBe("2026-05-08");
  expect(last).toEqual({ isOver: false, active: 2, new: 1, returning: 1, resurrecting: 0, dormant: null });
  expect(periods.slice(0, 4)).toMatchObject([
    { active: 3, new: 2, returning: 0, resurrecting: 1, dormant: 0 },
    { active: 2, new: 0, returning: 2, resurrecting: 0, dormant: 1 },
    { active: 0, dormant: 2 },
    { active: 1, resurrecting: 1, dormant: 0 },
  ]);
  expect(customers).toBe(4);
  expect(stickiness.map(({ share }: { share: { cases: number } }) => share.cases)).toEqual([2, 1, 0, 1, 0]);
  expect(daily).toMatchObject({ from: "2026-04-08", to: "2026-05-07", monthlyActive: 3 });
  expect(daily.dailyActive).toBeCloseTo(7 / 30, 10);
  expect(daily.dailyOfMonthly).toBeCloseTo(7 / 90, 10);
  const paid = await (await post("frequency/", { period: "day", activity: { event: "paid" } })).json();
  expect(paid.periods.map(({ active }: { active: number }) => active)).toEqual([0, 1, 0, 1, 1]);
  const past = { from: new Date(NOW - 90 * DAY).toISOString(), to: new Date(NOW - 80 * DAY).toISOString() };
  expect(await (await post("frequency/", past)).json()).toMatchObject({ customers: 0, daily: null });
});

test("customers who met an error are compared with others, and few are said to be too few", async () => {
  const sql = "SELECT fingerprint FROM error_events_v1 LIMIT 1";
  const row = z.object({ fingerprint: z.string() });
  const [group] = await deps.warehouse.query({ name: "group", sql, params: {}, row });
  const answer = await post("exposure/", { fingerprint: group?.fingerprint, flow: "pay", withinDays: 2 });
  expect(await answer.json()).toMatchObject({
    flow: "pay",
    days: { from: "2026-05-04", to: "2026-05-05" },
    exposed: { cases: 1, of: 1, tooFew: true },
    plain: { low: null, tooFew: true },
    adjusted: { low: null, tooFew: true },
    waiting: 0,
  });
  const unknown = await (await post("exposure/", { fingerprint: "none" })).json();
  expect(unknown).toMatchObject({ days: null, flow: null, exposed: { of: 0, share: null } });
  expect(unknown).toMatchObject({ plain: { gap: null }, adjusted: { gap: null } });
});

const answerTo = async (actor: Parameters<typeof createTestApp>[1]) =>
  (await ask({}, createTestApp(createRetentionRoutes(deps), actor))).status;

test("only who may read the project is answered", async () => {
  expect(await answerTo(undefined)).toBe(401);
  expect(await answerTo({ ...person, scopes: [] })).toBe(403);
  expect(await answerTo({ ...person, projectId: "shop" })).toBe(403);
  expect(await answerTo({ ...person, scopes: ["read"], projectId: "bank" })).toBe(200);
  const stranger = createTestApp(createRetentionRoutes(deps), { ...person, projectId: "shop" });
  expect((await post("frequency/", {}, stranger)).status).toBe(403);
  expect((await post("exposure/", { fingerprint: "f" }, stranger)).status).toBe(403);
});
