import { schema } from "@voxloop/ledger";
import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createFunnelsRoutes } from "./routes.ts";

const NOW = Date.UTC(2026, 4, 2);
const FROM = Date.UTC(2026, 4, 1);
const SECOND = 1000;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createFunnelsRoutes(deps), person);
  await store([
    [
      "=a",
      [
        ["start", 1],
        ["form", 2],
        ["end", 5],
      ],
    ],
    [
      "b",
      [
        ["start", 10],
        ["x", 11],
        ["form", 12],
        ["help", 13],
      ],
    ],
    [
      "c",
      [
        ["start", 20],
        ["cancel", 25],
        ["form", 26],
      ],
    ],
    ["d", [["start", 86_390]]],
    ["e", [["form", 30]]],
  ]);
});
afterAll(() => deps.close());

let ids = 0;
async function store(stories: [string, [string, number][]][]): Promise<void> {
  const rows = stories.flatMap(([customer_id, events]) =>
    events.map(([event_name, second]) => ({
      project_id: "bank",
      customer_id,
      user_id: customer_id,
      session_id: `s-${customer_id}`,
      event_name,
      page: "home",
      channel: customer_id === "b" ? "web" : "app",
      event_id: `e${(ids += 1)}`,
      time: new Date(FROM + second * SECOND).toISOString(),
    })),
  );
  await deps.warehouse.insert("events_v1", rows);
  await deps.warehouse.insert("events_v1", rows.slice(0, 4));
}

const at = (second: number) => new Date(FROM + second * SECOND).toISOString();
const funnel = {
  steps: [{ event: "start" }, { event: "form" }, { event: "end" }],
  windowSeconds: 60,
  from: at(0),
  to: new Date(NOW).toISOString(),
};

function send(path: string, body: object, as = app): Promise<Response> {
  const request = { method: "POST", headers: { "content-type": "application/json" } };
  return Promise.resolve(
    as.request(`/projects/bank/funnels${path}`, { ...request, body: JSON.stringify(body) }),
  );
}
const ask = async (path: string, body: object) => (await send(path, { ...funnel, ...body })).json();

test("the customers behind a number are listed page by page, the latest to start first", async () => {
  const first = await ask("/customers", { step: 1, which: "entered", limit: 3 });
  expect(first.items.map(({ id }: { id: string }) => id)).toEqual(["d", "c", "b"]);
  const second = await ask("/customers", { step: 1, which: "entered", limit: 3, cursor: first.nextCursor });
  expect(second).toEqual({
    items: [{ id: "=a", startedAt: at(1), stepAt: at(1), nextAt: at(2) }],
    nextCursor: null,
  });
});

test("each number of a step has its customers", async () => {
  const exclude = [{ event: "cancel", fromStep: 1, toStep: 2 }];
  const idsOf = async (step: number, which: string, more = {}) =>
    (await ask("/customers", { exclude, step, which, ...more })).items.map(({ id }: { id: string }) => id);
  expect(await idsOf(1, "continued")).toEqual(["b", "=a"]);
  expect(await idsOf(1, "stillInWindow")).toEqual(["d"]);
  expect(await idsOf(1, "excluded")).toEqual(["c"]);
  expect(await idsOf(1, "dropped")).toEqual([]);
  expect(await idsOf(2, "dropped")).toEqual(["b"]);
  expect(await idsOf(3, "entered")).toEqual(["=a"]);
  const breakdown = { property: "vox.channel" };
  expect(await idsOf(1, "entered", { breakdown, value: "web" })).toEqual(["b"]);
  expect(await idsOf(1, "entered", { unit: "session" })).toEqual(["s-d", "s-c", "s-b", "s-=a"]);
});

test("the file has them all, no formula, and who had it is told before it leaves", async () => {
  const answer = await send("/customers/export", { ...funnel, step: 1, which: "continued" });
  expect(answer.headers.get("content-disposition")).toContain("funnel-customers.csv");
  expect((await answer.text()).split("\r\n")).toEqual(
    [
      "\uFEFFid,startedAt,stepAt,nextAt",
      `c,${at(20)},${at(20)},${at(26)}`,
      `b,${at(10)},${at(10)},${at(12)}`,
      `'=a,${at(1)},${at(1)},${at(2)}`,
      "",
    ].map((line, index) => (index === 0 ? line.replace("\uFEFF", "") : line)),
  );
  expect(await deps.ledger.db.select().from(schema.customerExports)).toMatchObject([
    {
      projectId: "bank",
      actor: "pm@bank.test",
      subject: "funnel",
      question: { step: 1, which: "continued" },
    },
  ]);
});

test("one customer is told by the events of each step, the window, and what ended it", async () => {
  const completed = await ask("/customer", { id: "=a" });
  expect(completed).toMatchObject({ id: "=a", outcome: "completed", depth: 3, end: null });
  expect(completed.steps.map(({ seconds }: { seconds: number }) => seconds)).toEqual([null, 1, 3]);
  const dropped = await ask("/customer", { id: "b" });
  expect(dropped).toMatchObject({
    outcome: "dropped",
    depth: 2,
    window: { from: at(10), to: at(70) },
    steps: [
      { state: "reached", by: { event: "start", at: at(10), page: "home" } },
      { state: "reached", by: { event: "form", at: at(12) } },
      { state: "not_reached", by: null },
    ],
    end: { by: "window", at: at(70), event: null },
  });
  expect(await ask("/customer", { id: "d" })).toMatchObject({ outcome: "still_in_window", depth: 1 });
  expect(await ask("/customer", { id: "e" })).toMatchObject({ outcome: "not_started", window: null });
  expect(await ask("/customer", { id: "s-b", unit: "session" })).toMatchObject({ id: "s-b", depth: 2 });
});

test("an excluded event, another event of a strict order, and a step's own time end a try", async () => {
  const exclude = [{ event: "cancel", fromStep: 1, toStep: 2 }];
  expect(await ask("/customer", { id: "c", exclude })).toMatchObject({
    outcome: "excluded",
    depth: 1,
    end: { by: "exclusion", at: at(25), event: { event: "cancel" } },
  });
  expect(await ask("/customer", { id: "b", order: "strict" })).toMatchObject({
    outcome: "dropped",
    depth: 1,
    end: { by: "other_event", at: at(11), event: { event: "x" } },
  });
  const steps = [{ event: "start" }, { event: "form", withinSeconds: 1 }, { event: "end" }];
  expect(await ask("/customer", { id: "c", steps })).toMatchObject({
    depth: 1,
    end: { by: "within", at: at(21) },
  });
  const optional = [{ event: "start" }, { event: "help", optional: true }, { event: "form" }];
  expect(await ask("/customer", { id: "b", steps: optional })).toMatchObject({
    outcome: "completed",
    steps: [{ state: "reached" }, { state: "skipped", by: null }, { state: "reached", seconds: 2 }],
  });
});

test("what means nothing is refused with the field's name", async () => {
  const step = { event: "a" };
  for (const [path, change, field] of [
    ["/customers", { step: 4, which: "entered" }, "step"],
    ["/customers", { step: 3, which: "dropped" }, "which"],
    ["/customers", { step: 1, which: "entered", value: "web" }, "value"],
    ["/customers", { step: 1, which: "entered", cursor: "x" }, "cursor"],
    ["/customer", {}, "id"],
    ["/query", { steps: [{ ...step, optional: true }, step] }, "steps.0.optional"],
    ["/query", { steps: [step, { ...step, optional: true }] }, "steps.1.optional"],
    ["/query", { steps: [step, { ...step, withinSeconds: 0 }] }, "steps.1.withinSeconds"],
    ["/query", { exclude: [{ event: "x", fromStep: 1, toStep: 4 }] }, "exclude.0.toStep"],
    ["/query", { exclude: [{ event: "x", fromStep: 2, toStep: 2 }] }, "exclude.0.fromStep"],
    [
      "/query",
      {
        exclude: [
          { event: "x", where: [{ property: "p", operator: "regex", value: "(" }], fromStep: 1, toStep: 2 },
        ],
      },
      "exclude.0.where.0.value",
    ],
    ["/query", { order: "any", exclude: [{ event: "x", fromStep: 1, toStep: 2 }] }, "exclude"],
    ["/query", { order: "any", firstEver: true }, "firstEver"],
    ["/query", { order: "any", steps: [step, { ...step, withinSeconds: 5 }] }, "steps.1.withinSeconds"],
    ["/query", { breakdown: { property: "plan", limit: 26 } }, "breakdown.limit"],
    ["/query", { trend: "hour", from: "2026-03-01T00:00:00Z" }, "trend"],
    ["/query", { trend: "week" }, "trend"],
  ] as const) {
    const answer = await send(path, { ...funnel, ...change });
    expect(answer.status, field).toBe(400);
    expect(await answer.text()).toContain(`"${field}`);
  }
});

test("a property nobody has breaks down into what is not set, and holds nobody", async () => {
  const { breakdown } = await ask("/query", { breakdown: { property: "no.such" } });
  expect(breakdown).toMatchObject([{ value: "", steps: [{ entered: 4 }, { entered: 3 }, { entered: 1 }] }]);
  expect((await ask("/query", { hold: "no.such" })).steps[0].entered).toBe(0);
});

test("a project's flows have funnels of their steps without configuration", async () => {
  const transaction = (id: string, events: [string, string][]) =>
    events.map(([step, outcome], second) => ({
      project_id: "shop",
      customer_id: `c${id}`,
      event_name: step === "" ? "vox.transaction" : "vox.step",
      flow: "pay",
      transaction_id: id,
      step,
      outcome,
      event_id: `${id}-${second}`,
      time: at(second),
    }));
  const start: [string, string] = ["", "started"];
  const end: [string, string] = ["", "succeeded"];
  const rows = [
    transaction("1", [start, ["card", ""], ["confirm", ""], end]),
    transaction("2", [start, ["coupon", ""], ["card", ""], ["confirm", ""], ["confirm", ""], end]),
    transaction("3", [start, ["card", ""], ["confirm", ""], end]),
    transaction("4", [start]),
  ].flat();
  await deps.warehouse.insert("events_v1", rows);
  const path = `/projects/shop/funnels/flows?from=${at(0)}&to=${at(100)}`;
  const { items } = await (await app.request(path)).json();
  expect(items).toMatchObject([
    {
      flow: "pay",
      transactions: 4,
      succeeded: 3,
      definition: { hold: "vox.transaction.id", windowSeconds: 1800 },
    },
  ]);
  const [{ definition }] = items;
  const steps = definition.steps.map(({ label, optional }: { label: string; optional?: boolean }) =>
    optional === true ? `${label}?` : label,
  );
  expect(steps).toEqual(["started", "coupon?", "card", "confirm", "succeeded"]);
  const body = JSON.stringify({ ...definition, from: at(0), to: at(100) });
  const headers = { "content-type": "application/json" };
  const answer = await app.request("/projects/shop/funnels/query", { method: "POST", headers, body });
  const counted = (await answer.json()).steps.map(({ entered }: { entered: number }) => entered);
  expect(counted).toEqual([4, 1, 3, 3, 3]);
});

test("another project's token sees no customers", async () => {
  const stranger = createTestApp(createFunnelsRoutes(deps), { ...person, projectId: "shop" });
  for (const path of ["/customer", "/customers", "/customers/export"])
    expect((await send(path, { ...funnel, id: "b", step: 1, which: "entered" }, stranger)).status).toBe(403);
});
