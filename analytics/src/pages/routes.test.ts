import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import type { Actor } from "../people/person.ts";
import { createPagesRoutes } from "./routes.ts";

const FROM = Date.UTC(2026, 4, 1);
const NOW = Date.UTC(2026, 4, 3);
const RANGE = `from=${new Date(FROM).toISOString()}&to=${new Date(NOW).toISOString()}`;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;

/** Pages that one customer viewed in one session, ten seconds apart; "?x" is a search for x, "!" an error on the last page. */
function session(at: number, trail: string, own: object = {}) {
  let page = "";
  return trail.split(" ").map((word, nth) => {
    const isView = !/^[?!]/.test(word);
    if (isView) page = word;
    return {
      project_id: "bank",
      event_id: `e${at}-${nth}`,
      event_name: isView ? "vox.screen.viewed" : word === "!" ? "vox.transaction" : "vox.search",
      session_id: `s${at}`,
      customer_id: `c${at % 7}`,
      user_id: `c${at % 7}`,
      time: new Date(FROM + at * 3_600_000 + nth * 10_000).toISOString(),
      page,
      channel: at % 2 === 0 ? "app" : "web",
      ...(word === "!" && { error_code: "E1", flow: "pay", outcome: "failed" }),
      ...(word.startsWith("?") && {
        attributes: { "vox.search.query": word.slice(1), "vox.search.results": "2" },
      }),
      ...own,
    };
  });
}

beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createPagesRoutes(deps), person);
  const rows = [
    ...Array.from({ length: 8 }, (_, at) =>
      session(at, "home menu settings/1 limits ! home menu settings/9 home"),
    ).flat(),
    ...Array.from({ length: 5 }, (_, at) => session(at + 8, "home ?Limit limits settings/2 limits/")).flat(),
    ...Array.from({ length: 30 }, (_, at) => session(at + 13, "home menu home menu")).flat(),
  ];
  await deps.warehouse.insert("events_v1", rows);
  await deps.warehouse.insert("events_v1", rows);
});
afterAll(() => deps.close());

const get = async (path: string) => {
  const answer = await app.request(`/projects/bank/pages${path}`);
  return { status: answer.status, body: await answer.json() };
};

test("each page has its numbers, ids do not make pages, and copies count once", async () => {
  const { body } = await get(`?${RANGE}`);
  expect(body).toMatchObject({ startPage: "home", total: 5, nextCursor: null });
  expect(body.items.map(({ page, visits }: { page: string; visits: number }) => [page, visits])).toEqual([
    ["home", 89],
    ["menu", 76],
    ["settings/:id", 21],
    ["limits", 13],
    ["limits/", 5],
  ]);
  expect(body.items[3]).toEqual({
    page: "limits",
    visits: 13,
    sessions: 13,
    customers: 7,
    entrances: 0,
    bounces: 0,
    exits: 0,
    errors: 8,
    errorCustomers: 7,
    medianSeconds: 20,
    p90Seconds: 20,
    shortestTaps: 3,
    typicalTaps: 3,
    searches: 5,
  });
});

test("a list is sorted, searched and read part by part in one range", async () => {
  const pagesOf = ({ body }: Awaited<ReturnType<typeof get>>) =>
    body.items.map(({ page }: { page: string }) => page);
  const first = await get("?limit=2&sort=exits&order=desc");
  expect(first.body).toMatchObject({ total: 2, from: new Date(NOW - 86_400_000).toISOString() });
  const all = await get(`?${RANGE}&sort=errors&limit=2`);
  expect(pagesOf(all)).toEqual(["limits", "home"]);
  const next = await get(`?sort=errors&limit=2&cursor=${all.body.nextCursor}`);
  expect(pagesOf(next)).toEqual(["limits/", "menu"]);
  expect(next.body.from).toBe(new Date(FROM).toISOString());
  expect(pagesOf(await get(`?${RANGE}&q=LIMIT`))).toEqual(["limits", "limits/"]);
  expect(pagesOf(await get(`?${RANGE}&channel=app&q=limits/`))).toEqual(["limits/"]);
  expect((await get(`?${RANGE}&channel=app&q=limits/`)).body.items[0].visits).toBe(3);
  expect((await get(`?${RANGE}&start=menu&q=settings`)).body.items[0].shortestTaps).toBe(1);
});

test("every filter narrows", async () => {
  for (const filter of ["release", "channel", "audience", "environment"])
    expect((await get(`?${RANGE}&${filter}=none`)).body).toMatchObject({
      items: [],
      startPage: null,
      total: 0,
    });
});

test("what is hidden and what is unwanted is told with its measure", async () => {
  const hidden = await get(`/hidden?${RANGE}&near=2`);
  expect(hidden.body.items).toMatchObject([
    { page: "limits", bySearch: 5, byDetour: 0, sought: { cases: 5, of: 13, tooFew: true }, tooFew: true },
  ]);
  const unwanted = await get(`/unwanted?${RANGE}`);
  expect(unwanted.body).toMatchObject({ startPage: "home", from: new Date(FROM).toISOString() });
  expect(unwanted.body.items).toMatchObject([{ page: "settings/:id", passedBy: 68 }]);
});

test("a page has what is before and after it, searches, errors and days", async () => {
  const { body } = await get(`/detail?${RANGE}&page=limits`);
  expect(body).toMatchObject({
    before: [
      { page: "settings/:id", visits: 8, bySearch: 0 },
      { page: "home", visits: 5, bySearch: 5 },
    ],
    after: [
      { page: "home", visits: 8, bySearch: 0 },
      { page: "settings/:id", visits: 5, bySearch: 0 },
    ],
    numbers: { page: "limits", visits: 13, shortestTaps: 3 },
    searches: [{ query: "limit", visits: 5 }],
    errors: [{ errors: 8, customers: 7 }],
    days: [
      // The project's days are Shanghai's.
      { day: "2026-05-01", visits: 13, isPartial: true },
      { day: "2026-05-02", visits: 0, isPartial: false },
      { day: "2026-05-03", visits: 0, isPartial: true },
    ],
  });
  const template = await get(`/detail?${RANGE}&page=${encodeURIComponent("settings/:id")}`);
  expect(template.body.before[0]).toMatchObject({ page: "menu", visits: 16 });
  expect((await get(`/detail?${RANGE}&page=none`)).body).toMatchObject({
    numbers: null,
    before: [],
    errors: [],
  });
});

test("a bad question is refused with the field's name", async () => {
  for (const [field, path] of [
    ["sort", "?sort=name"],
    ["order", "?order=up"],
    ["limit", "?limit=0"],
    ["cursor", "?cursor=x"],
    ["from", "?from=yesterday"],
    ["near", "/hidden?near=0"],
    ["start", "/unwanted?start="],
    ["page", "/detail"],
  ] as const) {
    const { status, body } = await get(path);
    expect([path, status]).toEqual([path, 400]);
    expect(body.detail).toMatch(new RegExp(`^${field}:`));
  }
});

const statusOf = async (actor: Actor | undefined, project: string) =>
  (await createTestApp(createPagesRoutes(deps), actor).request(`/projects/${project}/pages`)).status;

test("pages are told to those who may read the project, and to nobody else", async () => {
  expect(await statusOf({ ...person, scopes: ["read"], projectId: "bank" }, "bank")).toBe(200);
  expect(await statusOf(undefined, "bank")).toBe(401);
  expect(await statusOf({ ...person, scopes: ["write"] }, "bank")).toBe(403);
  expect(await statusOf({ ...person, projectId: "shop" }, "bank")).toBe(403);
  expect(await statusOf(person, "none")).toBe(404);
});
