import { findPublishedConfig, schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createProjectsRoutes } from "../projects/routes.ts";
import { callsOf } from "../prompts/calls.fixture.ts";
import type { GuidanceContent } from "./guidance.ts";
import { countRecovery } from "./query.ts";
import { guidanceRecovery } from "./recovery.ts";
import { createGuidanceRoutes } from "./routes.ts";
import { recoverSlowly, rowOf, type Told } from "./slow-recovery.fixture.ts";
import { guidanceSuggestions } from "./suggestions.ts";

const NOW = new Date("2026-05-10T04:00:00.000Z");
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
beforeAll(async () => {
  deps = await openTestDeps(NOW);
  app = createTestApp(createGuidanceRoutes(deps).route("/", createProjectsRoutes(deps)), person);
});
afterAll(() => deps.close());
const call = callsOf(() => app);

const CONTENT: GuidanceContent = {
  match: { code: "E1042", flow: "transfer" },
  audience: { "vox.audience": ["care"] },
  rolloutShare: 1,
  holdoutShare: 0.1,
  title: { "zh-CN": "今日限额已用完", en: "Your daily limit is reached" },
  body: { en: "Raise it in Limits." },
  action: { kind: "link", label: { en: "Open Limits" }, url: "/limits" },
};

/** A new project without guidance. */
async function newProject(): Promise<string> {
  const id = `g${(await deps.ledger.db.select().from(schema.projects)).length}`;
  await deps.ledger.db.insert(schema.projects).values({ id, name: id });
  return id;
}

async function written(project: string, change: Partial<GuidanceContent> = {}) {
  const { body } = await call("POST", `/projects/${project}/guidance`, {
    name: "Limit",
    content: { ...CONTENT, ...change },
  });
  return { ...body, path: `/projects/${project}/guidance/${body.id}` } as {
    id: string;
    version: number;
    path: string;
  };
}

async function configOf(project: string) {
  const found = await findPublishedConfig(deps.ledger, project);
  return found === undefined ? undefined : (JSON.parse(found.document) as unknown);
}

describe("guidance", () => {
  test("is a draft until it is published, and a new draft when it is edited, which apps do not get", async () => {
    const project = await newProject();
    const { path, id } = await written(project);
    expect((await call("GET", path)).body).toEqual({
      id,
      name: "Limit",
      state: "draft",
      version: 1,
      draft: { version: 1, content: CONTENT },
      published: null,
      createdAt: NOW.toISOString(),
      createdBy: person.name,
      updatedAt: NOW.toISOString(),
      updatedBy: person.name,
    });
    expect(await configOf(project)).toBeUndefined();
    const first = { version: 1, content: CONTENT, publishedAt: NOW.toISOString(), publishedBy: person.name };
    const published = await call("POST", `${path}/publish`, { version: 1 });
    expect(published).toMatchObject({
      status: 200,
      body: { state: "published", version: 2, draft: null, published: first },
    });
    expect(await configOf(project)).toEqual({ guidance: [{ id, ...CONTENT, version: 1 }], surveys: [] });

    const next = { ...CONTENT, body: { en: "Ask for more in Limits." } };
    const edited = await call("PATCH", path, { version: 2, content: next });
    expect(edited.body).toMatchObject({
      version: 3,
      draft: { version: 2, content: next },
      published: first,
    });
    expect(await configOf(project)).toMatchObject({ guidance: [{ version: 1, body: CONTENT.body }] });
    await call("POST", `${path}/publish`, { version: 3 });
    expect(await configOf(project)).toMatchObject({ guidance: [{ version: 2, body: next.body }] });
    const { items } = (await call("GET", `${path}/versions`)).body;
    expect(items).toMatchObject([{ version: 2 }, first]);
    const page = (await call("GET", `${path}/versions?limit=1`)).body;
    const rest = (await call("GET", `${path}/versions?limit=1&cursor=${page.nextCursor}`)).body;
    expect([...page.items, ...rest.items, rest.nextCursor]).toEqual([...items, null]);
  });

  test("that is archived is taken from apps, and can be published again as a new version", async () => {
    const project = await newProject();
    const { path } = await written(project);
    await call("POST", `${path}/publish`, { version: 1 });
    expect((await call("POST", `${path}/archive`, { version: 2 })).body).toMatchObject({
      state: "archived",
      version: 3,
    });
    expect(await configOf(project)).toEqual({ guidance: [], surveys: [] });
    expect((await call("POST", `${path}/archive`, { version: 3 })).status).toBe(409);
    const again = await call("POST", `${path}/publish`, { version: 3 });
    expect(again.body).toMatchObject({ state: "published", published: { version: 2 } });
    expect(await configOf(project)).toMatchObject({ guidance: [{ version: 2 }] });
  });

  test("is not written on an older version: 409 with what is current", async () => {
    const project = await newProject();
    const { path } = await written(project);
    await call("PATCH", path, { version: 1, name: "Limits" });
    for (const [method, to] of [
      ["PATCH", path],
      ["POST", `${path}/publish`],
      ["POST", `${path}/archive`],
    ] as const) {
      const refused = await call(method, to, { version: 1 });
      expect(refused).toMatchObject({ status: 409, body: { current: { name: "Limits", version: 2 } } });
    }
    expect(await configOf(project)).toBeUndefined();
  });

  test("whose draft is what is published already has nothing to publish", async () => {
    const { path } = await written(await newProject());
    await call("POST", `${path}/publish`, { version: 1 });
    expect((await call("POST", `${path}/publish`, { version: 2 })).status).toBe(409);
    await call("PATCH", path, { version: 2, content: { ...CONTENT, title: { en: "x" } } });
    const back = await call("PATCH", path, { version: 3, content: CONTENT });
    expect(back.body).toMatchObject({ version: 4, draft: null });
  });

  test("is read by its own project only, and is no survey", async () => {
    const { id } = await written("bank");
    expect((await call("GET", `/projects/shop/guidance/${id}`)).status).toBe(404);
    expect((await call("GET", `/projects/bank/guidance/1`)).status).toBe(400);
    expect((await call("POST", `/projects/none/guidance`, { name: "n", content: CONTENT })).status).toBe(404);
    expect((await call("GET", `/projects/none/guidance`)).status).toBe(404);
    await deps.ledger.db.update(schema.prompts).set({ kind: "survey" }).where(eq(schema.prompts.id, id));
    expect((await call("GET", `/projects/bank/guidance/${id}`)).status).toBe(404);
  });

  test("is listed newest first, page by page, and by state", async () => {
    const project = await newProject();
    const all = [await written(project), await written(project), await written(project)];
    await call("POST", `${all[1]?.path}/publish`, { version: 1 });
    const ids: string[] = [];
    let cursor = "";
    do {
      const { body } = await call("GET", `/projects/${project}/guidance?limit=2${cursor}`);
      ids.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
    } while (cursor !== "");
    expect(ids.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
    const { items } = (await call("GET", `/projects/${project}/guidance?state=published`)).body;
    expect(items).toMatchObject([{ id: all[1]?.id }]);
    expect((await call("GET", `/projects/${project}/guidance?cursor=x`)).status).toBe(400);
  });
});

describe("publishing", () => {
  test.each<[string, Partial<GuidanceContent>]>([
    ["match", { match: {} }],
    ["rolloutShare", { rolloutShare: 0 }],
    ["holdoutShare", { holdoutShare: 1 }],
    ["title", { title: {} }],
    ["action.label", { action: { kind: "retry", label: {} } }],
    ["action.url", { action: { kind: "link", label: { en: "Go" } } }],
    ["action.url", { action: { kind: "retry", label: { en: "Again" }, url: "/x" } }],
  ])("is refused for its %s, and so says the preview", async (field, change) => {
    const { path } = await written("bank", change);
    const refused = await call("POST", `${path}/publish`, { version: 1 });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    expect((await call("GET", `${path}/preview`)).body).toMatchObject({ problems: [{ field }] });
    expect((await call("GET", path)).body).toMatchObject({ state: "draft", version: 1 });
  });

  test("is previewed as apps would get it, with the texts that another language stands in for", async () => {
    const { path, id } = await written("bank");
    expect((await call("GET", `${path}/preview`)).body).toEqual({
      served: { ...CONTENT, id, version: 1 },
      problems: [],
      untranslated: [
        { field: "body", language: "zh-CN" },
        { field: "action.label", language: "zh-CN" },
      ],
    });
  });

  test("is refused beyond a hundred at a time", async () => {
    const project = await newProject();
    const base = { projectId: project, kind: "guidance", name: "n", createdBy: "", updatedBy: "" };
    const rows = Array.from({ length: 99 }, () => ({ ...base, state: "published" }));
    await deps.ledger.db.insert(schema.prompts).values(rows);
    const [last, tooMuch] = [await written(project), await written(project)];
    expect((await call("POST", `${last.path}/publish`, { version: 1 })).status).toBe(200);
    expect((await call("POST", `${tooMuch.path}/publish`, { version: 1 })).status).toBe(409);
  });

  test("two at a time leaves both in the config", async () => {
    const project = await newProject();
    const both = [await written(project), await written(project)];
    await Promise.all(both.map(({ path }) => call("POST", `${path}/publish`, { version: 1 })));
    expect((await configOf(project)) as object).toMatchObject({
      guidance: both.map(({ id }) => ({ id })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    });
  });
});

describe("a draft", () => {
  test.each([
    ["javascript:alert(1)"],
    ["JaVaScRiPt:alert(1)"],
    ["java\tscript:alert(1)"],
    ["\u0001javascript:alert(1)"],
    ["data:text/html,x"],
    ["http://bank.example"],
    ["//evil.example"],
    ["/\\evil.example"],
    ["https:evil.example"],
    ["limits"],
  ])("with the link %j is refused", async (url) => {
    const content = { ...CONTENT, action: { ...CONTENT.action, url } };
    const refused = await call("POST", "/projects/bank/guidance", { name: "n", content });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: "content.action.url" }] } });
  });

  test.each(["https://bank.example/limits?a=1#b", "/limits", "#limits", "?page=limits", "../limits"])(
    "with the link %j is stored",
    async (url) => {
      const content = { ...CONTENT, action: { ...CONTENT.action, url } };
      expect((await call("POST", "/projects/bank/guidance", { name: "n", content })).status).toBe(201);
    },
  );

  test.each<[string, object]>([
    ["content.rolloutShare", { rolloutShare: 1.1 }],
    ["content.holdoutShare", { holdoutShare: -0.1 }],
    ["content.title.en", { title: { en: "x".repeat(121) } }],
    ["content.title.en", { title: { en: "  " } }],
    ["content.audience.vox.audience", { audience: { "vox.audience": [] } }],
    ["content.match.code", { match: { code: "" } }],
    ["content.title", { title: { fr: "Bonjour" } }],
  ])("is refused for %s by its name", async (field, change) => {
    const content = { ...CONTENT, ...change };
    const refused = await call("POST", "/projects/bank/guidance", { name: "n", content });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});

test("a project's sample rate is in the config from when it is set until it is unset", async () => {
  const project = await newProject();
  const path = `/projects/${project}`;
  expect((await call("PATCH", path, { sampleRate: 1.5 })).status).toBe(400);
  expect((await call("PATCH", path, { sampleRate: 0.25 })).body).toMatchObject({ sampleRate: 0.25 });
  const empty = { guidance: [], surveys: [] };
  expect(await configOf(project)).toEqual({ sampleRate: 0.25, ...empty });
  await call("PATCH", path, { name: "x" });
  expect(await configOf(project)).toEqual({ sampleRate: 0.25, ...empty });
  await call("PATCH", path, { sampleRate: null });
  expect(await configOf(project)).toEqual(empty);
});

const MINUTE = 60_000;
const RECOVERY_MS = 30 * MINUTE;
const at = (minute: number) => NOW.getTime() + minute * MINUTE;
const shown = (minute: number, change: Partial<Told> = {}): Told => ({
  time: at(minute),
  user: "u1",
  installation: "",
  action: "shown",
  version: 1,
  flow: "transfer",
  ...change,
});
const succeeded = (minute: number, change: Partial<Told> = {}) => shown(minute, { action: "", ...change });

const GUIDANCE_ID = "00000000-0000-4000-8000-000000000001";

async function store(told: readonly Told[], of: { projectId: string; guidanceId?: string }): Promise<void> {
  const about = { guidanceId: GUIDANCE_ID, ...of };
  const rows = told.map((event, index) =>
    rowOf(event, { ...about, eventId: `${about.guidanceId} ${index}` }),
  );
  await deps.warehouse.insert("events_v1", rows);
}

/** The recovery of a new project's guidance, from two hours before now until now. */
async function recoveryOf(told: readonly Told[]) {
  const project = await newProject();
  const { path, id } = await written(project);
  await call("POST", `${path}/publish`, { version: 1 });
  await store(told, { projectId: project, guidanceId: id });
  const from = new Date(at(-120)).toISOString();
  const { body } = await call("GET", `${path}/recovery?from=${from}&to=${NOW.toISOString()}`);
  return guidanceRecovery.parse(body);
}

const byVersion = (a: { version: number | null }, b: { version: number | null }) =>
  (a.version ?? 0) - (b.version ?? 0);

describe("recovery", () => {
  test("is the share that succeeds in the same flow within the window, against those who were held out", async () => {
    const crowd = (action: string, helped: number) =>
      Array.from({ length: 40 }, (_, n) => {
        const who = { user: `${action}${n}`, version: 1 };
        return [shown(-100, { ...who, action }), ...(n < helped ? [succeeded(-100 + n, who)] : [])];
      }).flat();
    const told = [
      ...crowd("shown", 31),
      ...crowd("held_out", 11),
      shown(-90, { user: "shown3", action: "followed" }),
    ];
    const { total, versions, recoveryWindowSeconds } = await recoveryOf(told);
    expect(recoveryWindowSeconds).toBe(1800);
    expect(versions).toEqual([{ version: 1, ...total }]);
    // Nobody recovers at the very moment of the error, and the one after half an hour is just in time.
    expect(total.shown).toMatchObject({ stopped: 40, recovered: 30, share: 0.75, tooFew: false });
    expect(total.shown.medianSeconds).toBe(15.5 * 60);
    expect(total.heldOut).toMatchObject({ stopped: 40, recovered: 10, share: 0.25, medianSeconds: 330 });
    expect(total.difference).toMatchObject({ gap: 0.5, tooFew: false });
    expect(total.difference.low).toBeGreaterThan(0.25);
    expect(total.followed).toBe(1);
  });

  test("judges nobody whose window is still open, and tells of fewer than 30 without an interval", async () => {
    const { total } = await recoveryOf([
      shown(-31),
      shown(-29, { user: "u2" }),
      succeeded(-28, { user: "u2" }),
      shown(-60, { user: "u3", action: "held_out" }),
    ]);
    expect(total.shown).toMatchObject({ stopped: 1, recovered: 0, stillInWindow: 1, tooFew: true });
    expect(total.difference).toEqual({ gap: 0, low: null, high: null, tooFew: true });
  });

  test("takes the flow of the guidance where the event names none, and is not of other guidance or projects", async () => {
    const told = [shown(-60, { flow: "" }), succeeded(-59), shown(-50, { user: "u2", version: 9, flow: "" })];
    const { total } = await recoveryOf(told);
    expect(total.shown).toMatchObject({ stopped: 1, recovered: 1, outsideFlows: 1 });
    const { total: none, versions } = await recoveryOf([]);
    expect(none.shown).toMatchObject({ stopped: 0, share: null, medianSeconds: null });
    expect(versions).toEqual([]);
  });

  test("follows a customer who signs in on the way", async () => {
    const phone = { user: "", installation: "phone" };
    const { total } = await recoveryOf([
      shown(-60, phone),
      { ...succeeded(-50), installation: "phone", flow: "other" },
      succeeded(-40),
    ]);
    expect(total.shown).toMatchObject({ stopped: 1, recovered: 1, medianSeconds: 1200 });
  });

  test("counts a retried event once", async () => {
    const project = await newProject();
    const { path, id } = await written(project);
    for (const _ of [1, 2]) await store([shown(-60), succeeded(-50)], { projectId: project, guidanceId: id });
    expect((await call("GET", `${path}/recovery`)).body.total.shown).toMatchObject({
      stopped: 1,
      recovered: 1,
    });
  });

  test("equals a slow obvious reference on any history", async () => {
    const histories = fc
      .array(
        fc.record({
          minute: fc.integer({ min: -130, max: 40 }),
          user: fc.constantFrom("", "", "u1", "u2", "u3"),
          installation: fc.constantFrom("", "i1", "i2", "i3"),
          action: fc.constantFrom("", "", "shown", "shown", "held_out", "followed", "dismissed", "recovered"),
          version: fc.constantFrom(0, 1, 1, 2),
          flow: fc.constantFrom("", "transfer", "transfer", "bill"),
        }),
        { maxLength: 50 },
      )
      .map((events) => events.map(({ minute, ...event }, index) => ({ ...event, time: at(minute) + index })));
    const flows = new Map([
      [1, "transfer"],
      [2, ""],
    ]);
    let projects = 0;
    await fc.assert(
      fc.asyncProperty(histories, async (told) => {
        const projectId = `r${(projects += 1)}`;
        await store(told, { projectId });
        await store([shown(-60, { user: "other" })], { projectId, guidanceId: "other" });
        const range = { from: new Date(at(-120)), to: new Date(at(0)) };
        const about = { projectId, guidanceId: GUIDANCE_ID, range, recoveryWindowSeconds: 1800 };
        const counted = await countRecovery(deps.warehouse, { ...about, now: new Date(at(10)), flows });
        const question = { from: at(-120), to: at(0), now: at(10), recoveryMs: RECOVERY_MS, flows };
        expect(counted.toSorted(byVersion)).toMatchObject(recoverSlowly(told, question).toSorted(byVersion));
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 120_000);
});

const transaction = (outcome: string) => ({ event_name: "vox.transaction", flow: "transfer", outcome });
const viewed = (page: string) => ({ event_name: "vox.screen.viewed", page });

describe("suggestions", () => {
  test("are what customers who got through did between the error and the success, and the others did not", async () => {
    const project = await newProject();
    const event = (minute: number, user: string, change: object) => ({
      project_id: project,
      time: new Date(at(minute)).toISOString(),
      received_at: NOW.toISOString(),
      event_id: `${user} ${minute} ${JSON.stringify(change)}`,
      customer_id: user,
      user_id: user,
      ...change,
    });
    const failed = { ...transaction("failed"), error_code: "E1042" };
    const crowd = (name: string, did: (user: string) => object[]) =>
      Array.from({ length: 30 }, (_, n) => [event(-60, `${name}${n}`, failed), ...did(`${name}${n}`)]).flat();
    const rows = [
      ...crowd("through", (user) => [
        event(-70, user, viewed("before")),
        event(-59, user, viewed("limits")),
        event(-58, user, viewed("home")),
        event(-57, user, transaction("succeeded")),
        event(-56, user, viewed("receipt")),
      ]),
      ...crowd("stuck", (user) => [event(-59, user, viewed("home")), event(-20, user, viewed("limits"))]),
      event(-5, "not yet judged", failed),
    ];
    await deps.warehouse.insert("events_v1", rows);
    const [found] = await deps.warehouse.query({
      name: "fingerprint",
      sql: "SELECT any(fingerprint) AS id FROM error_events_v1 WHERE project_id = {project: String}",
      params: { project },
      row: z.object({ id: z.string() }),
    });
    const path = `/projects/${project}/guidance/suggestions`;
    const { body } = await call("GET", `${path}?fingerprint=${found?.id}`);
    const { items, ...totals } = guidanceSuggestions.parse(body);
    expect(totals).toEqual({ recovered: 30, others: 30, tooFew: false });
    expect(items).toMatchObject([
      { event: "vox.screen.viewed", page: "limits", recovered: 30, others: 0, gap: 1 },
    ]);
    expect((await call("GET", path)).status).toBe(400);
    expect((await call("GET", `${path}?fingerprint=none`)).body).toMatchObject({ recovered: 0, items: [] });
  });
});
