import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { inArrivalOrder } from "../../slow-arrival.fixture.ts";
import { chainsSlowly, storeEvents, type TestEvent } from "../slow-funnel.fixture.ts";
import { countFactors } from "./count-factors.ts";
import type { ExplainQuery } from "./explanation.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const NOON = Date.UTC(2026, 4, 1, 12);

/** What an event is, in words of its own: "kind key", or nothing where it is no factor; a good measure ends with "-". */
interface Sent extends TestEvent {
  factor: string;
  service_version: string;
  error_type?: string;
  error_message?: string;
  page?: string;
}

const KINDS: { factor: string; event_name: string; more?: object; attributes?: Record<string, string> }[] = [
  { factor: "", event_name: "a" },
  { factor: "", event_name: "b" },
  { factor: "", event_name: "b", more: { flow: "pay" } },
  { factor: "", event_name: "c", more: { flow: "pay" } },
  { factor: "error E1", event_name: "failed", more: { error_code: "E1" } },
  {
    factor: "failure E2",
    event_name: "vox.transaction",
    more: { error_code: "E2", outcome: "failed", flow: "pay" },
  },
  {
    factor: "error E3",
    event_name: "vox.transaction",
    more: { error_code: "E3", outcome: "failed", flow: "elsewhere" },
  },
  {
    factor: "error E4",
    event_name: "vox.transaction",
    more: { error_code: "E4", outcome: "abandoned", flow: "pay" },
  },
  {
    factor: "request 503 POST /pay",
    event_name: "vox.request.failed",
    more: { error_type: "503", error_message: "POST /pay" },
  },
  {
    factor: "slow LCP /pay",
    event_name: "browser.web_vital",
    more: { page: "/pay" },
    attributes: { "browser.web_vital.name": "LCP", "browser.web_vital.rating": "poor" },
  },
  {
    factor: "slow LCP /pay -",
    event_name: "browser.web_vital",
    more: { page: "/pay" },
    attributes: { "browser.web_vital.name": "LCP", "browser.web_vital.rating": "good" },
  },
  { factor: "rage_click pay", event_name: "vox.click.rage", attributes: { "app.widget.name": "pay" } },
  { factor: "dead_click pay", event_name: "vox.click.dead", attributes: { "app.widget.name": "pay" } },
  {
    factor: "form transfer amount",
    event_name: "vox.form.abandoned",
    attributes: { "vox.form.name": "transfer", "vox.form.field": "amount" },
  },
  { factor: "search ", event_name: "vox.search", attributes: { "vox.search.results": "0" } },
  { factor: "", event_name: "vox.search", attributes: { "vox.search.results": "7" } },
  {
    factor: "guidance g1",
    event_name: "vox.guidance",
    attributes: { "vox.guidance.id": "g1", "vox.guidance.action": "shown" },
  },
  {
    factor: "",
    event_name: "vox.guidance",
    attributes: { "vox.guidance.id": "g1", "vox.guidance.action": "dismissed" },
  },
];

const sent = fc.record({
  who: fc.nat(59),
  kind: fc.nat(KINDS.length - 1),
  seconds: fc.integer({ min: -1, max: 8 }),
  ms: fc.constantFrom(0, 0, 1, 300),
  channel: fc.constantFrom("", "app", "web"),
  service_version: fc.constantFrom("", "1.0.0"),
});
type Drawn = typeof sent extends fc.Arbitrary<infer Value> ? Value : never;
const histories = fc.record({
  events: fc.array(sent, { minLength: 700, maxLength: 900 }),
  copied: fc.array(fc.nat(699), { minLength: 40, maxLength: 40 }),
  step: fc.integer({ min: 1, max: 2 }),
  unit: fc.constantFrom("customer" as const, "session" as const),
  windowSeconds: fc.integer({ min: 1, max: 6 }),
  now: fc.integer({ min: 8000, max: 15_000 }).map((ms) => new Date(NOON + ms)),
});

test("who met what when, and who was there then, is what a slow obvious count finds in any history", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ events, copied, now, ...asked }) => {
      const once = events.map(toSent);
      const all = [...once, ...copied.flatMap((at) => once[at] ?? [])];
      const query: ExplainQuery = {
        steps: [{ event: "a" }, { event: "b" }, { event: "c" }],
        order: "ordered",
        from: new Date(NOON).toISOString(),
        to: new Date(NOON + 5000).toISOString(),
        ...asked,
      };
      const projectId = await storeEvents(warehouse, all.map(withoutFactor));
      const rows = await countFactors(warehouse, { projectId, query, now });
      const codes = await codesOf(projectId);
      const found = rows.flatMap(({ kind, key, slices }) =>
        slices.flatMap(({ slice, ...marks }) =>
          Object.entries(marks).map(([mark, { cases, others }]) => {
            const name = `${kind} ${codes.get(key) ?? key}`;
            return `${name}|${slice}|${mark}|${cases}|${others}`;
          }),
        ),
      );
      const some = found.filter((line) => !line.endsWith("|0|0"));
      expect(some.toSorted()).toEqual(countSlowly(all, query, now.getTime()).toSorted());
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 300_000);

async function codesOf(project: string): Promise<Map<string, string>> {
  const sql =
    "SELECT DISTINCT fingerprint, toString(error_code) AS code FROM error_events_v1 WHERE project_id = {project: String} AND error_code != ''";
  const row = z.object({ fingerprint: z.string(), code: z.string() });
  const rows = await warehouse.query({ name: "codes", sql, params: { project }, row });
  return new Map(rows.map(({ fingerprint, code }) => [fingerprint, code]));
}

function toSent({ who, kind, seconds, ms, channel, service_version }: Drawn, at: number): Sent {
  const { factor = "", event_name = "", more = {}, attributes = {} } = KINDS[kind] ?? {};
  return {
    customer_id: `c${who}`,
    session_id: `s${who % 50}`,
    event_name,
    time: NOON + seconds * 1000 + ms,
    received: NOON,
    event_id: `${at}`,
    flow: "",
    channel,
    service_version,
    error_code: "",
    attributes,
    factor,
    ...more,
  };
}

function withoutFactor(event: Sent): TestEvent {
  return Object.fromEntries(
    Object.entries(event).filter(([key]) => key !== "factor"),
  ) as unknown as TestEvent;
}

/** Lines "factor|slice|mark|dropped|continued". */
function countSlowly(all: Sent[], query: ExplainQuery, now: number): string[] {
  const counts = new Map<string, [number, number]>();
  const units = chainsSlowly(all, query, now).filter(
    ({ open, moments }) => !open && moments.length >= query.step,
  );
  for (const { unit, moments, events } of units) {
    const isDropped = moments.length === query.step;
    const since = moments[query.step - 1] ?? 0;
    const until = isDropped ? (moments[0] ?? 0) + query.windowSeconds * 1000 + 1 : (moments[query.step] ?? 0);
    const add = (name: string, slice: number, mark: string) => {
      const line = `${name}|${slice}|${mark}`;
      const [dropped, continued] = counts.get(line) ?? [0, 0];
      counts.set(line, [dropped + Number(isDropped), continued + Number(!isDropped)]);
    };
    const did = all.filter(
      (event) => unitOf(event, query) === unit && event.time >= since && event.time < until,
    );
    const active = new Set([1, ...did.map(({ time }) => sliceOf(time - since))]);
    const end = sliceOf(until - since);
    add("all ", 0, "met");
    add("all ", end, "left");
    for (const slice of active) add("all ", slice, "active");
    const { channel = "", service_version = "" } = (events[query.step - 1] ?? {}) as Partial<Sent>;
    if (channel !== "") add(`segment channel=${channel}`, 0, "met");
    if (service_version !== "") add(`release ${service_version}`, 0, "met");
    for (const [name, first] of firstMeetings(all, { unit, query, since, until }))
      for (const [slice, mark] of marksOf(first, since, { active: [...active], end })) add(name, slice, mark);
  }
  return [...counts].map(([line, [dropped, continued]]) => `${line}|${dropped}|${continued}`);
}

function marksOf(
  first: Sent,
  since: number,
  { active, end }: { active: number[]; end: number },
): [number, string][] {
  if (first.factor.startsWith("failure")) return [[0, "met"]];
  if (first.factor.startsWith("slow")) return [[0, first.factor.endsWith(" -") ? "spared" : "met"]];
  const met = sliceOf(first.time - since);
  return [
    [met, "met"],
    [end, "left"],
    ...active.filter((slice) => slice >= met).map((slice): [number, string] => [slice, "active"]),
  ];
}

const unitOf = (event: TestEvent, { unit }: ExplainQuery) =>
  unit === "session" ? event.session_id : event.customer_id;

function firstMeetings(
  all: Sent[],
  { unit, query, since, until }: { unit: string; query: ExplainQuery; since: number; until: number },
): Map<string, Sent> {
  const met = all.filter(
    (event) =>
      unitOf(event, query) === unit && event.factor !== "" && event.time >= since && event.time < until,
  );
  const first = new Map<string, Sent>();
  // Of two measures of one millisecond the good one counts.
  const inOrder = inArrivalOrder(met).toSorted(
    (a, b) => a.time - b.time || Number(b.factor.endsWith("-")) - Number(a.factor.endsWith("-")),
  );
  for (const event of inOrder) {
    const name = event.factor.replace(/ -$/, "");
    if (!first.has(name)) first.set(name, event);
  }
  return first;
}

/** A sixteenth of a doubling of the milliseconds. */
function sliceOf(ms: number): number {
  return ms <= 0 ? 1 : 2 + Math.floor(16 * Math.log2(ms));
}

test("another project's events explain nothing", async () => {
  const base = { session_id: "s", received: NOON, flow: "", channel: "", attributes: {} };
  const events = Array.from({ length: 40 }, (_, at): TestEvent[] => [
    { ...base, customer_id: `c${at}`, event_name: "a", time: NOON, event_id: `a${at}`, error_code: "" },
    {
      ...base,
      customer_id: `c${at}`,
      event_name: "failed",
      time: NOON + 1,
      event_id: `f${at}`,
      error_code: "E1",
    },
  ]).flat();
  const query: ExplainQuery = {
    steps: [{ event: "a" }, { event: "b" }],
    order: "ordered",
    unit: "customer",
    from: new Date(NOON).toISOString(),
    to: new Date(NOON + 5000).toISOString(),
    windowSeconds: 60,
    step: 1,
  };
  const now = new Date(NOON + 120_000);
  const kindsOf = async (stored: TestEvent[]) => {
    const rows = await countFactors(warehouse, {
      projectId: await storeEvents(warehouse, stored),
      query,
      now,
    });
    return rows.map(({ kind }) => kind);
  };
  expect(await kindsOf(events)).toEqual(["all", "error"]);
  expect(await kindsOf(events.filter((event) => event.error_code === ""))).toEqual(["all"]);
});
