import { schema } from "@voxloop/ledger";
import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../../http/api.ts";
import { createTestApp, openTestDeps, person } from "../../http/test-app.fixture.ts";
import { createFunnelsRoutes } from "../routes.ts";
import type { DropFactor, FunnelExplanation } from "./explanation.ts";

const FROM = Date.UTC(2026, 4, 1);
const NOW = FROM + 86_400_000;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;
let explanation: FunnelExplanation;
const GUIDANCE = crypto.randomUUID();

beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createFunnelsRoutes(deps), person);
  const events = Array.from({ length: 400 }, (_, at) => journey(at)).flat();
  const rows = events.map(({ at, ...event }, number) => {
    const time = new Date(FROM + at).toISOString();
    return {
      project_id: "bank",
      event_id: `e${number}`,
      session_id: event.customer_id,
      flow: "transfer",
      time,
      received_at: time,
      ...event,
    };
  });
  await deps.warehouse.insert("events_v1", rows);
  await deps.warehouse.insert(
    "events_v1",
    rows.filter((_, at) => at % 3 === 0),
  );
  await deps.warehouse.insert("voices_v1", voices());
  await deps.ledger.db.insert(schema.prompts).values({
    id: GUIDANCE,
    projectId: "bank",
    kind: "guidance",
    name: "Call us",
    createdBy: "x",
    updatedBy: "x",
  });
  explanation = await explain();
  const fingerprint = explanation.factors.find(({ title }) => title === "E1")?.fingerprint ?? "";
  const issue = {
    projectId: "bank",
    title: "",
    evidence: {},
    severity: "low",
    cause: `error:${fingerprint}`,
  };
  await deps.ledger.db.insert(schema.issues).values([
    { ...issue, number: 1, state: "closed" },
    { ...issue, number: 2, state: "analysing" },
  ]);
  explanation = await explain();
}, 300_000);
afterAll(() => deps.close());

interface Event {
  customer_id: string;
  event_name: string;
  at: number;
  [column: string]: unknown;
}

/** 80 of 400 meet E1 two seconds after the start and 72 of them drop; of the 320 others 64 do. Who goes on does so after four seconds. */
function journey(index: number): Event[] {
  const customer_id = `c${index}`;
  const isExposed = index < 80;
  const isDropped = isExposed ? index < 72 : index % 5 === 0;
  const event = (event_name: string, at: number, more: object = {}): Event => ({
    customer_id,
    event_name,
    at,
    ...more,
  });
  return [
    event("failed", 500, { error_code: "E0" }),
    event("start", 1000, { channel: index % 2 === 0 ? "app" : "web", service_version: "1.0.0" }),
    event("tap", 3000),
    ...(isExposed ? [event("failed", 3000, { error_code: "E1" })] : []),
    ...(isExposed && index % 2 === 0
      ? [event("vox.request.failed", 3000, { error_type: "503", error_message: "POST /pay" })]
      : []),
    ...(index % 4 === 1
      ? [
          event("vox.guidance", 3000, {
            attributes: { "vox.guidance.id": GUIDANCE, "vox.guidance.action": "shown" },
          }),
        ]
      : []),
    ...(index < 20 ? [event("vox.click.rage", 3100, { attributes: { "app.widget.name": "pay" } })] : []),
    // Met by all who stay, hours after everybody else went on.
    ...(isDropped
      ? [event("failed", 3_000_000, { error_code: "E9" }), event("tap", 3_000_000)]
      : [event("end", 5000)]),
  ];
}

const voice = (customer: number, hours: number, label: string) => ({
  project_id: "bank",
  voice_id: `v${customer}-${hours}`,
  customer_id: `c${customer}`,
  time: new Date(FROM + hours * 3_600_000).toISOString(),
  comment: label === "" ? "" : "x",
  sentiment_label: label,
  scored_at: new Date(NOW).toISOString(),
});

/** Of who met E1: 10 complain within a day, one praises, one comes back a day late; and one who never met it complains. */
function voices() {
  const complaints = Array.from({ length: 10 }, (_, at) => voice(at, 2, "negative"));
  return [
    ...complaints,
    voice(11, 2, "positive"),
    voice(12, 2, ""),
    voice(13, 25, "negative"),
    voice(90, 2, "negative"),
  ];
}

const query = {
  steps: [{ event: "start" }, { event: "end" }],
  windowSeconds: 3600,
  from: new Date(FROM).toISOString(),
  to: new Date(NOW - 3_700_000).toISOString(),
  step: 1,
};

const send = (body: object) =>
  app.request("/projects/bank/funnels/explain", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });

async function explain(): Promise<FunnelExplanation> {
  const answer = await send(query);
  expect(answer.status).toBe(200);
  return (await answer.json()) as FunnelExplanation;
}

const factorOf = (kind: DropFactor["kind"], title: string) =>
  explanation.factors.find((factor) => factor.kind === kind && factor.title === title);

test("the error that stops customers is named first, with its relative risk and the drop-offs it accounts for", () => {
  expect(explanation).toMatchObject({ step: 1, reached: 400, dropped: 136 });
  const [first] = explanation.factors;
  expect(first).toMatchObject({
    kind: "error",
    title: "E1",
    exposed: 80,
    exposedDropped: 72,
    unexposed: 320,
    unexposedDropped: 64,
    significant: true,
  });
  // 90 % of those who met it, and 20 % of those who did something else at the same time.
  expect(first?.relativeRisk).toBeCloseTo(4.5, 10);
  expect(first?.expectedDropped).toBeCloseTo(16, 10);
  expect(first?.attributableDropOffs).toBeCloseTo(56, 10);
});

test("what is met only where nobody is left to go on is no factor, however often", () => {
  expect(factorOf("error", "E9")).toBeUndefined();
});

test("errors before the step are not factors", () => {
  expect(factorOf("error", "E0")).toBeUndefined();
});

test("a failed request is told once, and leads to its error group", () => {
  const request = factorOf("request", "503 POST /pay");
  expect(request).toMatchObject({ exposed: 40, exposedDropped: 36, significant: true });
  expect(request?.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  expect(explanation.factors.filter(({ title }) => title.includes("POST /pay"))).toHaveLength(1);
});

test("segments and releases at the step are factors, and an even one accounts for nothing", () => {
  expect(factorOf("segment", "channel=app")).toMatchObject({
    exposed: 200,
    significant: false,
    attributableDropOffs: 0,
  });
  // All are on one release: there is nobody to compare with.
  expect(explanation.tooFew.map(({ kind }) => kind)).toContain("release");
});

test("guidance is called by its name", () => {
  expect(factorOf("guidance", "Call us")).toMatchObject({ exposed: 100, significant: false });
});

test("fewer than thirty are shown, and neither tested nor ranked", () => {
  expect(factorOf("rage_click", "pay")).toBeUndefined();
  expect(explanation.tooFew).toContainEqual({
    kind: "rage_click",
    key: "pay",
    title: "pay",
    exposed: 20,
    exposedDropped: 20,
    fingerprint: null,
  });
});

test("a clear factor tells what its customers said within a day, and its open issue", async () => {
  const [first] = explanation.factors;
  expect(first?.voices).toEqual({ count: 12, withWords: 11, negativeShare: 10 / 11 });
  expect(first?.issueId).toMatch(/^[0-9a-f-]{36}$/);
  const issues = await deps.ledger.db.select().from(schema.issues);
  expect(issues.find(({ id }) => id === first?.issueId)?.state).toBe("analysing");
  expect(factorOf("segment", "channel=app")).toMatchObject({ voices: null, issueId: null });
});

const steps = (more: object) => [{ event: "start" }, { event: "mid", ...more }, { event: "end" }];

test("a funnel that cannot be explained is refused with the field's name", async () => {
  for (const [change, field] of [
    [{ step: 2 }, "step"],
    [{ order: "any" }, "order"],
    [{ order: "strict" }, "order"],
    [{ steps: steps({ optional: true }) }, "steps.1.optional"],
    [{ steps: steps({ withinSeconds: 60 }) }, "steps.1.withinSeconds"],
    [{ exclude: [{ event: "x", fromStep: 1, toStep: 2 }] }, "exclude"],
  ] as const) {
    const answer = await send({ ...query, ...change });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`"${field}: `);
  }
});
