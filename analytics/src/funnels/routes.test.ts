import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import type { SavedFunnel } from "./funnel.ts";
import { createFunnelsRoutes } from "./routes.ts";

const NOW = Date.UTC(2026, 4, 2);
const FROM = Date.UTC(2026, 4, 1);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createFunnelsRoutes(deps), person);
  await store("bank", journeys());
  await store("shop", journeys());
});
afterAll(() => deps.close());

interface Row {
  event_name: string;
  customer_id: string;
  time: number;
  event_id: string;
  channel?: string;
  error_code?: string;
}

let ids = 0;
const row = (event_name: string, at: number, more: Partial<Row>): Row => ({
  event_name,
  customer_id: "",
  time: FROM + at,
  event_id: `e${(ids += 1)}`,
  ...more,
});

/** 100 customers start; E1 stops 18 of the 20 who meet it, 16 of the 80 others drop; E2 only comes before the start. */
function journeys(): Row[] {
  return Array.from({ length: 100 }, (_, index) => {
    const customer_id = `c${index}`;
    const isExposed = index < 20;
    const goesOn = isExposed ? index < 2 : index >= 36;
    const channel = index % 2 === 0 ? "app" : "web";
    return [
      row("failed", 500, { customer_id, error_code: "E2" }),
      row("start", 1000, { customer_id, channel }),
      ...(isExposed ? [row("failed", 2000, { customer_id, error_code: "E1" })] : []),
      ...(goesOn
        ? [row("end", 3000, { customer_id }), row("failed", 3000, { customer_id, error_code: "E3" })]
        : []),
      ...(index === 99 ? [row("start", 86_399_000, { customer_id: "late" })] : []),
    ];
  }).flat();
}

async function store(project_id: string, rows: Row[]): Promise<void> {
  const stored = rows.map((event) => ({
    ...event,
    project_id,
    flow: "transfer",
    time: new Date(event.time).toISOString(),
  }));
  await deps.warehouse.insert("events_v1", [...stored, ...stored]);
}

const definition = {
  steps: [{ event: "start" }, { event: "end" }],
  order: "ordered",
  windowSeconds: 3600,
  unit: "customer",
};
const range = { from: new Date(FROM).toISOString(), to: new Date(NOW).toISOString() };

function send(method: string, path: string, body?: unknown) {
  const json = { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  return app.request(`/projects/bank/funnels${path}`, { method, ...(body !== undefined && json) });
}

test("a funnel is saved, listed, replaced and deleted", async () => {
  const created = await send("POST", "", { name: "Transfer", definition });
  expect(created.status).toBe(201);
  const funnel = (await created.json()) as SavedFunnel;
  expect(funnel).toMatchObject({ name: "Transfer", definition, updatedAt: new Date(NOW).toISOString() });
  expect(await (await send("GET", "")).json()).toEqual({ items: [funnel], nextCursor: null });
  const replaced = await send("PUT", `/${funnel.id}`, {
    name: "Pay",
    definition: { ...definition, windowSeconds: 60 },
  });
  expect(await replaced.json()).toMatchObject({
    id: funnel.id,
    name: "Pay",
    definition: { windowSeconds: 60 },
  });
  expect(await (await send("GET", `/${funnel.id}`)).json()).toMatchObject({ name: "Pay" });
  expect((await app.request(`/projects/shop/funnels/${funnel.id}`)).status).toBe(404);
  expect((await app.request(`/projects/shop/funnels/${funnel.id}`, { method: "DELETE" })).status).toBe(404);
  expect((await send("DELETE", `/${funnel.id}`)).status).toBe(204);
  expect((await send("GET", `/${funnel.id}`)).status).toBe(404);
});

test("a question counts the project's units", async () => {
  const answer = await send("POST", "/query", { ...definition, ...range });
  expect(await answer.json()).toMatchObject({
    steps: [
      { event: "start", entered: 101, continued: 66, dropped: 34, stillInWindow: 1, conversion: 0.66 },
      { event: "end", entered: 66, medianSeconds: 2 },
    ],
    conversion: 0.66,
  });
});

test("a question that cannot be answered is refused with the field's name", async () => {
  for (const [path, change, field] of [
    ["/explain", { step: 2 }, "step"],
    ["/explain", {}, "step"],
    ["/query", { steps: [{ event: "a" }] }, "steps"],
    ["/query", { from: range.to, to: range.from }, "from"],
    ["/query", { windowSeconds: 0 }, "windowSeconds"],
  ] as const) {
    const answer = await send("POST", path, { ...definition, ...range, ...change });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`${field}:`);
  }
});

const condition = (operator: string, value: unknown) => [
  { event: "start" },
  { event: "end", where: [{ property: "flow", operator, value }] },
];

test("steps ask by operators, in a question, in an explanation and saved", async () => {
  const steps = condition("regex", "^trans(fer|port)$");
  const asked = await send("POST", "/query", { ...definition, ...range, steps });
  expect(await asked.json()).toMatchObject({ steps: [{ entered: 101 }, { entered: 66 }] });
  const none = { ...definition, ...range, steps: condition("not_in", ["transfer", "bill"]) };
  expect(await (await send("POST", "/query", none)).json()).toMatchObject({ steps: [{}, { entered: 0 }] });
  const explained = await send("POST", "/explain", { ...definition, ...range, steps, step: 1 });
  expect(await explained.json()).toMatchObject({ reached: 100, dropped: 34 });
  const saved = await send("POST", "", { name: "Operators", definition: { ...definition, steps } });
  expect(saved.status).toBe(201);
  const { id } = (await saved.json()) as SavedFunnel;
  expect(await (await send("GET", `/${id}`)).json()).toMatchObject({ definition: { steps } });
});

test("a step that cannot be asked for is refused with the field's name, and is not saved", async () => {
  const fifty = Array.from({ length: 50 }, () => ({ event: "start" }));
  const refused: [object, string][] = [
    ...["(", "[a", "*", "a{2,1}", "(?=x)", "\\1"].map((regex): [object, string] => [
      { steps: condition("regex", regex) },
      "steps.1.where.0.value",
    ]),
    [{ steps: condition("between", [20, 10]) }, "steps.1.where.0.value"],
    [{ steps: condition("in", ["transfer", "transfer"]) }, "steps.1.where.0.value"],
    [{ steps: condition("in", []) }, "steps.1.where"],
    [{ steps: condition("like", "x") }, "steps.1.where"],
    [{ steps: fifty }, "steps"],
    [{ steps: fifty.slice(0, 1) }, "steps"],
    [{ windowSeconds: 0 }, "windowSeconds"],
    [{ windowSeconds: 315_360_000 }, "windowSeconds"],
  ];
  for (const [change, field] of refused) {
    const bad = { ...definition, ...change };
    for (const [method, path, body, at] of [
      ["POST", "/query", { ...bad, ...range }, field],
      ["POST", "/explain", { ...bad, ...range, step: 1 }, field],
      ["POST", "", { name: "Bad", definition: bad }, `definition.${field}`],
      ["PUT", `/${crypto.randomUUID()}`, { name: "Bad", definition: bad }, `definition.${field}`],
    ] as const) {
      const answer = await send(method, path, body);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(`"${at}`);
    }
  }
});

test("who may only read saves nothing", async () => {
  const reader = createTestApp(createFunnelsRoutes(deps), { ...person, scopes: ["read"] });
  const request = {
    method: "POST",
    body: JSON.stringify({ name: "x", definition }),
    headers: { "content-type": "application/json" },
  };
  expect((await reader.request("/projects/bank/funnels", request)).status).toBe(403);
  expect((await reader.request("/projects/bank/funnels")).status).toBe(200);
});
