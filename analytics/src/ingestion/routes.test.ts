import fc from "fast-check";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../app.ts";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { findActor } from "../people/actor.ts";
import { createToken, listTokens, revokeToken } from "../people/token.ts";
import { adviseOn } from "./advice.ts";
import type { Ingestion, LiveBatch } from "./ingestion.ts";
import { createIngestionRoutes } from "./routes.ts";
import { Tail } from "./tail.ts";

// Reports are kept for 30 days, so they cannot be of a fixed day.
const NOW = Math.floor(Date.now() / 60_000) * 60_000;
const HOUR = 3_600_000;
const PACE = { look: 10, heartbeat: 30, check: 40, life: 60_000 };
const at = (offset: number) => new Date(NOW + offset).toISOString();

let deps: Awaited<ReturnType<typeof openTestDeps>>;
let report: Ingestion;

const accepted = {
  project_id: "bank",
  kind: "accepted",
  collector: "c1",
  service_name: "app",
  sdk_name: "voxloop",
};
const rejected = { project_id: "bank", kind: "rejected", reason: "invalid_record", collector: "c1" };

const drop = (reason: string, count: string) => ({
  attributes: { "vox.drop.reason": reason, "vox.drop.count": count },
});

beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  const rows = [
    { ...accepted, time: at(-HOUR), last_at: at(-HOUR + 1000), service_version: "1", count: 5 },
    {
      ...accepted,
      time: at(-HOUR),
      last_at: at(-HOUR + 2000),
      service_version: "1",
      collector: "c2",
      count: 2,
    },
    { ...accepted, time: at(-1000), last_at: at(-500), service_version: "2", count: 1 },
    { ...accepted, time: at(-24 * HOUR - 1), last_at: at(-24 * HOUR), service_version: "0", count: 100 },
    { ...accepted, time: at(0), last_at: at(0), service_version: "3", count: 1000 },
    { ...accepted, project_id: "shop", time: at(-1), last_at: at(-1), count: 9 },
    {
      ...rejected,
      time: at(-HOUR),
      last_at: at(-HOUR),
      detail: "it has 130 attributes, over 128",
      key_hint: "vwk_aaaa…",
      count: 2,
    },
    {
      ...rejected,
      time: at(-10),
      last_at: at(-10),
      detail: "it has 200 attributes, over 128",
      key_hint: "vwk_bbbb…",
      sample: "{}",
      count: 3,
    },
    {
      ...rejected,
      time: at(-5),
      last_at: at(-5),
      reason: "malformed",
      detail: "the body is not JSON",
      count: 1,
    },
    { ...rejected, time: at(-5), last_at: at(-5), project_id: "shop", count: 70 },
    { ...rejected, time: at(-25 * HOUR), last_at: at(-25 * HOUR), count: 700 },
    { ...rejected, time: at(-5), last_at: at(-5), kind: "redacted", reason: "card", count: 4 },
    { ...rejected, time: at(-5), last_at: at(-5), kind: "flagged", reason: "bot", count: 6 },
  ];
  await deps.warehouse.insert("ingest_reports_v1", rows);
  const lost = {
    project_id: "bank",
    event_name: "vox.events.dropped",
    time: at(-HOUR),
    received_at: at(-HOUR),
  };
  const events = [
    { ...lost, event_id: "d1", ...drop("queue_full", "12") },
    { ...lost, event_id: "d2", ...drop("queue_full", "3") },
    { ...lost, event_id: "d3", ...drop("offline", "1"), project_id: "shop" },
    { ...lost, event_id: "d4", ...drop("offline", "1"), received_at: at(-30 * HOUR), time: at(-30 * HOUR) },
    { ...lost, event_id: "p1", event_name: "pay" },
  ];
  await deps.warehouse.insert("events_v1", [...events, events[0] ?? {}]);
  const app = createTestApp(createIngestionRoutes(deps), person);
  const answer = await app.request("/projects/bank/ingestion");
  expect(answer.status).toBe(200);
  report = (await answer.json()) as Ingestion;
});
afterAll(() => deps.close());

test("what came in and what was refused is of the project, the range and all collectors", () => {
  expect(report).toMatchObject({ accepted: 8, rejectedRecords: 5, rejectedRequests: 1, lastEventAt: at(0) });
  expect(report.series).toHaveLength(60);
  const total = (of: "accepted" | "rejected") => report.series.reduce((sum, point) => sum + point[of], 0);
  expect([total("accepted"), total("rejected")]).toEqual([8, 6]);
  expect(report.series.at(-1)).toMatchObject({ accepted: 1, rejected: 4 });
  expect(report.redactions).toEqual([{ name: "card", count: 4, lastAt: at(-5) }]);
  expect(report.flagged).toEqual([{ name: "bot", count: 6, lastAt: at(-5) }]);
});

test("refusals that differ in numbers only are one, with its sample, its keys and how to mend it", () => {
  expect(report.rejects).toEqual([
    {
      reason: "invalid_record",
      detail: expect.stringMatching(/^it has \d+ attributes, over 128$/),
      count: 5,
      lastAt: at(-10),
      keyHints: ["vwk_aaaa…", "vwk_bbbb…"],
      sample: "{}",
      advice: { en: expect.stringContaining("fewer attributes"), "zh-CN": expect.stringContaining("属性") },
    },
    expect.objectContaining({ reason: "malformed", count: 1, sample: "" }),
  ]);
  expect(adviseOn({ reason: "never heard of", detail: "" }).en).toContain("docs/ingest.md");
});

test("each app is listed by release and SDK, the latest first", () => {
  expect(report.sources).toEqual([
    { service: "app", version: "2", sdk: "voxloop", sdkVersion: "", accepted: 1, lastAt: at(-500) },
    { service: "app", version: "1", sdk: "voxloop", sdkVersion: "", accepted: 7, lastAt: at(-HOUR + 2000) },
  ]);
});

test("what SDKs lost is summed by reason, a report sent twice once", () => {
  expect(report.dropped).toEqual([{ name: "queue_full", count: 15, lastAt: at(-HOUR) }]);
  expect(report.events.map(({ name }) => name)).toEqual(["vox.events.dropped", "pay"]);
});

let ids = 0;
const live = (received: number, more: object = {}) => ({
  project_id: "bank",
  event_name: "tap",
  event_id: `live-${(ids += 1)}`,
  time: at(received),
  received_at: at(received),
  ...more,
});
const tailOf = (filter = {}, after?: number, projectId = "bank") =>
  new Tail({ warehouse: deps.warehouse, projectId, filter, now: new Date(NOW), after });
const idsOf = ({ events }: LiveBatch) => events.map(({ eventId }) => eventId);

test("a tail shows each event once, also one that lands late, and says how many it skipped", async () => {
  const tail = tailOf();
  expect(idsOf(await tail.look())).toEqual([]);
  const first = [live(-9000), live(-8000)];
  await deps.warehouse.insert("events_v1", [...first, first[0] ?? {}, live(-8000, { project_id: "shop" })]);
  expect(idsOf(await tail.look())).toEqual(first.map(({ event_id }) => event_id));
  const late = live(-8500);
  await deps.warehouse.insert("events_v1", [late]);
  expect(idsOf(await tail.look())).toEqual([late.event_id]);
  const many = Array.from({ length: 130 }, (_, index) => live(-7000 + index));
  await deps.warehouse.insert("events_v1", many);
  const batch = await tail.look();
  expect(idsOf(batch)).toEqual(many.slice(30).map(({ event_id }) => event_id));
  // The event that was sent twice is two rows until parts merge.
  expect([30, 31]).toContain(batch.skipped);
  expect(await tail.look()).toEqual({ events: [], skipped: 0 });
  expect(tail.position).toBe(NOW - 7000 + 129);
  const next = live(-6000);
  await deps.warehouse.insert("events_v1", [next]);
  expect(idsOf(await tailOf({}, tail.position).look())).toEqual(expect.arrayContaining([next.event_id]));
  expect(idsOf(await tailOf().look())).toHaveLength(20);
});

const shown = async (filter: object) => idsOf(await tailOf(filter, NOW - 500).look());

test("a tail shows only what its filter says", async () => {
  const one = live(-100, {
    event_name: "pay",
    customer_id: "c",
    user_id: "u",
    session_id: "s",
    error_code: "E1",
  });
  const other = live(-100, { event_name: "open", customer_id: "d", session_id: "t" });
  const failed = live(-100, { event_name: "open", error_type: "TypeError" });
  await deps.warehouse.insert("events_v1", [one, other, failed]);
  for (const filter of [{ event: "pay" }, { customer: "c" }, { customer: "u" }, { session: "s" }])
    expect(await shown(filter), JSON.stringify(filter)).toEqual([one.event_id]);
  expect(new Set(await shown({ isError: true }))).toEqual(new Set([one.event_id, failed.event_id]));
  expect(await shown({ event: "pay", session: "t" })).toEqual([]);
});

test("however events land, each is shown once or counted as skipped", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.nat(3000), { maxLength: 60 }), { maxLength: 4 }), async (looks) => {
      const begin = ids;
      const projectId = `random-${begin}`;
      const tail = tailOf({}, NOW - 5000, projectId);
      const shown = new Set<string>();
      for (const arrivals of looks) {
        const rows = arrivals.map((offset) => live(-4000 + offset, { project_id: projectId }));
        await deps.warehouse.insert("events_v1", rows);
        for (const id of idsOf(await tail.look())) {
          expect(shown.has(id)).toBe(false);
          shown.add(id);
        }
      }
      // Fewer than a look may show: then nothing is skipped, in whatever order it arrived.
      expect(shown.size).toBe(ids - begin);
    }),
    { numRuns: 12 },
  );
});

/** Messages of a live answer until `enough`, as text. */
async function readUntil(answer: Response, enough: (text: string) => boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  // Leaving the loop cancels the answer, as a browser that goes away does.
  for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (enough(text)) break;
  }
  return text;
}

test("a live answer sends what lands, stays alive, and ends when its token is revoked", async () => {
  const { token, id } = await createToken(deps.ledger, {
    name: "t",
    scopes: ["read"],
    projectId: null,
    now: new Date(NOW),
  });
  const app = new Hono<ApiEnv>().use(findActor(deps)).route("/", createIngestionRoutes(deps, PACE));
  const ask = () =>
    app.request("/projects/bank/live?event=fresh", { headers: { authorization: `Bearer ${token}` } });
  const answer = await ask();
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const event = live(-50, { event_name: "fresh", attributes: { cart: "3" } });
  await deps.warehouse.insert("events_v1", [event]);
  const text = await readUntil(
    await ask(),
    (sofar) => sofar.includes("still here") && sofar.includes("event: events"),
  );
  expect(text).toContain(`id: ${NOW - 50}`);
  expect(text).toContain(`"eventId":"${event.event_id}"`);
  expect(text).toContain(`"attributes":{"cart":"3"}`);
  await revokeToken(deps.ledger, { actor: person, id, now: new Date(NOW) });
  expect(await listTokens(deps.ledger, person)).toHaveLength(1);
  expect(await readUntil(answer, () => false)).toContain('data: {"reason":"not allowed"}');
});

test("a live answer ends when the process stops, and a person has a few of them at most", async () => {
  const ending = new AbortController();
  const routes = createIngestionRoutes({ ...deps, ending: ending.signal }, PACE);
  const app = new Hono<ApiEnv>()
    .use(async (context, next) => {
      context.set("actor", person);
      context.set("findActorAgain", async () => person);
      await next();
    })
    .route("/", createTestApp(routes, person));
  const open = await Promise.all([1, 2, 3, 4].map(async () => app.request("/projects/bank/live")));
  const fifth = await app.request("/projects/bank/live");
  expect(fifth.status).toBe(429);
  await open[0]?.body?.cancel();
  let again = fifth;
  while (again.status === 429) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    again = await app.request("/projects/bank/live");
  }
  expect(again.status).toBe(200);
  ending.abort();
  for (const answer of [...open.slice(1), again])
    expect(await readUntil(answer, () => false)).toContain('data: {"reason":"stopping"}');
});

test("an unknown project has neither report nor tail", async () => {
  const api = createApi(deps);
  const { token } = await createToken(deps.ledger, {
    name: "u",
    scopes: ["read"],
    projectId: null,
    now: new Date(NOW),
  });
  for (const path of ["ingestion", "live"]) {
    const headers = { authorization: `Bearer ${token}` };
    expect((await api.request(`/api/v1/projects/none/${path}`, { headers })).status).toBe(404);
  }
});
