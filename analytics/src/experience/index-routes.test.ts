import { schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import type { ExperienceIndex, ExperienceSegments } from "./experience-index.ts";
import { createExperienceRoutes } from "./routes.ts";

const NOW = new Date("2026-05-10T04:00:00.000Z");
const WEEK = "from=2026-05-03T04:00:00.000Z&to=2026-05-10T04:00:00.000Z";
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;

/** Attempts of a day, the first of which fail; each a session and a customer of its own. */
function attempts(day: string, of: { flow: string; count: number; failing: number; channel: string }) {
  return Array.from({ length: of.count }, (_, at) => {
    const id = `${day} ${of.flow} ${of.channel} ${at}`;
    return {
      project_id: "bank",
      event_id: id,
      event_name: "vox.transaction",
      time: `${day}T06:00:00.000Z`,
      customer_id: id,
      user_id: id,
      session_id: id,
      flow: of.flow,
      channel: of.channel,
      ...(at < of.failing ? { outcome: "failed", error_code: "E1" } : { outcome: "succeeded" }),
    };
  });
}

/** Answers to the NPS, each with a comment. */
function answers(day: string, count: number, [score, sentiment_label]: [number, string]) {
  return Array.from({ length: count }, (_, at) => ({
    project_id: "bank",
    voice_id: `${day} ${score} ${at}`,
    time: `${day}T07:00:00.000Z`,
    layer: "customer",
    survey_kind: "nps",
    score,
    comment: "said",
    sentiment_label,
    channel: "app",
  }));
}

beforeAll(async () => {
  deps = await openTestDeps(NOW);
  app = createTestApp(createExperienceRoutes(deps), person);
  await deps.warehouse.insert("events_v1", [
    ...attempts("2026-04-28", { flow: "transfer", count: 100, failing: 10, channel: "app" }),
    ...attempts("2026-04-28", { flow: "pay", count: 100, failing: 10, channel: "web" }),
    ...attempts("2026-05-05", { flow: "transfer", count: 100, failing: 40, channel: "app" }),
    ...attempts("2026-05-05", { flow: "pay", count: 100, failing: 10, channel: "web" }),
    ...attempts("2026-05-06", { flow: "pay", count: 20, failing: 20, channel: "mini" }),
  ]);
  await deps.warehouse.insert("voices_v1", [
    ...answers("2026-04-28", 40, [10, "positive"]),
    ...answers("2026-05-05", 20, [10, "positive"]),
    ...answers("2026-05-05", 20, [0, "neutral"]),
  ]);
});
afterAll(() => deps.close());

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await app.request(`/projects/bank/experience${path}`);
  return { status: response.status, body: await response.json() };
}
const getIndex = async (query: string) => (await get(query)).body as ExperienceIndex;

test("the index is the weighted mean of the parts that have enough, the others' weight being spread", async () => {
  const body = await getIndex(`?${WEEK}`);
  const success = (100 * 150) / 220;
  expect(body.parts).toMatchObject([
    {
      part: "success",
      weight: 30,
      share: 30 / 85,
      value: expect.closeTo(success, 9),
      units: 220,
      before: 90,
      unitsBefore: 200,
    },
    { part: "errorFree", weight: 20, value: expect.closeTo(success, 9), units: 220 },
    { part: "speed", weight: 15, share: 0, value: null, units: 0, tooFew: true },
    { part: "satisfaction", weight: 20, value: 50, units: 40, before: 100 },
    { part: "sentiment", weight: 15, value: 75, units: 40, before: 100 },
  ]);
  const index = (50 * success + 20 * 50 + 15 * 75) / 85;
  expect(body.value).toBeCloseTo(index, 9);
  expect(body.low).toBeLessThan(index);
  expect(body.high).toBeGreaterThan(index);
  expect(body).toMatchObject({ goal: null, hasOwnWeights: false, timeZone: "Asia/Shanghai", by: "day" });
});

test("the change is told by drivers that add up to it, the largest first", async () => {
  const body = await getIndex(`?${WEEK}`);
  const { change, drivers, value } = body;
  const before = (50 * 90 + 20 * 100 + 15 * 100) / 85;
  expect(change).toMatchObject({
    now: value,
    before: expect.closeTo(before, 9),
    points: expect.closeTo((value ?? 0) - before, 9),
    parts: ["success", "errorFree", "satisfaction", "sentiment"],
  });
  expect(drivers.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(change?.points ?? NaN, 9);
  expect(drivers[0]).toMatchObject({ part: "satisfaction", effect: "rate", key: "nps" });
  expect(drivers.find(({ key }) => key === "transfer")).toMatchObject({
    part: "success",
    now: { value: 60, units: 100 },
    before: { value: 90, units: 100 },
  });
});

test("the course has each day of the project, cut ones marked, and the whole's value where a day has too few", async () => {
  const body = await getIndex(`?${WEEK}`);
  expect(body.trend.map(({ from, isPartial }) => [from, isPartial])).toEqual([
    ["2026-05-03", true],
    ["2026-05-04", false],
    ["2026-05-05", false],
    ["2026-05-06", false],
    ["2026-05-07", false],
    ["2026-05-08", false],
    ["2026-05-09", false],
    ["2026-05-10", true],
  ]);
  const [, empty, busy, few] = body.trend;
  expect(empty).toMatchObject({ value: null, low: null, high: null, standIns: [] });
  expect(busy).toMatchObject({ value: expect.closeTo((50 * 75 + 20 * 50 + 15 * 75) / 85, 9), standIns: [] });
  expect(few).toMatchObject({ value: null, standIns: [] });
});

test("weeks begin on Monday, and those that the range cuts are marked", async () => {
  const body = await getIndex(`?${WEEK}&by=week`);
  expect(body.trend.map(({ from, isPartial }) => [from, isPartial])).toEqual([
    ["2026-04-27", true],
    ["2026-05-04", true],
  ]);
  const whole = await getIndex("?from=2026-05-03T16:00:00.000Z&to=2026-05-10T16:00:00.000Z&by=week");
  expect(whole.trend.map(({ from, isPartial }) => [from, isPartial])).toEqual([["2026-05-04", false]]);
});

test("each channel has its index, and what it has too few of is as in the whole", async () => {
  const body = (await get(`/segments?${WEEK}&column=channel`)).body as ExperienceSegments;
  expect(body.items.map(({ segment, sessions }) => [segment, sessions])).toEqual([
    ["app", 100],
    ["web", 100],
    ["mini", 20],
  ]);
  const [phone, web, mini] = body.items;
  expect(phone).toMatchObject({
    value: expect.closeTo((50 * 60 + 20 * 50 + 15 * 75) / 85, 9),
    standIns: [],
  });
  expect(web).toMatchObject({
    value: expect.closeTo((50 * 90 + 20 * 50 + 15 * 75) / 85, 9),
    standIns: ["satisfaction", "sentiment"],
  });
  expect(mini).toMatchObject({
    value: null,
    parts: [{ part: "success", value: 0, tooFew: true }, {}, {}, {}, {}],
  });
});

test("weights and a goal of the project's own count", async () => {
  const experienceWeights = { success: 1, errorFree: 0, speed: 0, satisfaction: 1, sentiment: 0 };
  const { projects } = schema;
  const set = (change: Partial<typeof projects.$inferInsert>) =>
    deps.ledger.db.update(projects).set(change).where(eq(projects.id, "bank"));
  await set({ experienceWeights, experienceGoal: 80 });
  const body = await getIndex(`?${WEEK}`);
  expect(body).toMatchObject({ goal: 80, hasOwnWeights: true });
  expect(body.value).toBeCloseTo(((100 * 150) / 220 + 50) / 2, 9);
  expect(new Set(body.drivers.map(({ part }) => part))).toEqual(new Set(["success", "satisfaction"]));
  await set({ experienceWeights: null, experienceGoal: null });
});

test("a range without data has an honest empty answer", async () => {
  const body = await getIndex("?from=2025-05-03T04:00:00.000Z&to=2025-05-04T04:00:00.000Z");
  expect(body).toMatchObject({ value: null, low: null, change: null, drivers: [] });
  expect(body.trend.every(({ value }) => value === null)).toBe(true);
  expect(await get(`/segments?from=2025-05-03T04:00:00.000Z&to=2025-05-04T04:00:00.000Z`)).toMatchObject({
    body: { items: [], more: 0 },
  });
});

test.each([
  "?by=month",
  "/segments?column=name",
  `?from=2026-05-10T04:00:00.000Z&to=2026-05-03T04:00:00.000Z`,
])("%s is refused", async (path) => {
  expect((await get(path)).status).toBe(400);
});
