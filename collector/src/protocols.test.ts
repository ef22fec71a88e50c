import { gzipSync } from "node:zlib";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startCollector, type StartedCollector } from "./testing/start-collector.ts";

let warehouse: Warehouse;
let started: StartedCollector;

beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  started = await startCollector(warehouse);
});
afterAll(async () => {
  await started.stop();
  await warehouse.close();
});

const KEY = { authorization: `Basic ${Buffer.from("vwk_good:").toString("base64")}` };

/** Sends a body, as JSON unless it is text or bytes already, and gives the answer. */
async function post(path: string, body: unknown, headers: Record<string, string> = KEY) {
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const response = await started.collector.app.request(path, {
    method: "POST",
    body: isRaw ? (body as BodyInit) : JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
  const answer: unknown = await response.json();
  return { status: response.status, answer, headers: response.headers };
}

async function countOf(condition: string): Promise<number> {
  await started.collector.drained();
  const sql = `SELECT toUInt32(uniqExact(event_id)) AS count FROM events_v1 WHERE ${condition}`;
  const row = z.object({ count: z.number() });
  const [found] = await warehouse.query({ name: "count", sql, params: {}, row });
  return found?.count ?? 0;
}

const SUCCESS = { status: 200, answer: { success: true } };
const CALLS = {
  "batch b": { batch: [{ type: "track", event: "a" }] },
  "track t": { event: "a" },
  "identify i": { userId: "u" },
  "page p": {},
  "screen s": { name: "Home" },
  "group g": { groupId: "g" },
  "alias a": { userId: "u", previousId: "i" },
};

test.each(Object.entries(CALLS))("Segment's address %s takes its call", async (names, call) => {
  for (const name of names.split(" ")) expect(await post(`/v1/${name}`, call)).toMatchObject(SUCCESS);
});

test("a call that is sent again with its messageId is counted once", async () => {
  const call = { event: "again", messageId: "m-again", timestamp: new Date().toISOString() };
  for (const body of [call, { ...call, sentAt: new Date().toISOString() }])
    expect(await post("/v1/track", body)).toMatchObject(SUCCESS);
  expect(await countOf("event_name = 'again'")).toBe(1);
});

test("an alias that is a phone number becomes the pseudonym that the user id before was", async () => {
  const phone = "13812345678";
  const calls = [
    { type: "track", event: "before-alias", userId: phone },
    { type: "alias", userId: "u-alias", previousId: phone },
  ];
  expect(await post("/v1/batch", { batch: calls })).toMatchObject(SUCCESS);
  const before = "(SELECT user_id FROM events_v1 WHERE event_name = 'before-alias' LIMIT 1)";
  expect(await countOf(`startsWith(${before}, 'p_') AND attributes['vox.previous_id'] = ${before}`)).toBe(1);
});

const withKey = (writeKey: unknown) => ({ ...CALLS["batch b"], writeKey });

test("a write key in the body of a Segment call is taken, where no other is given", async () => {
  const none = {};
  expect(await post("/v1/batch", withKey("vwk_good"), none)).toMatchObject(SUCCESS);
  const packed = gzipSync(JSON.stringify(withKey("vwk_good")));
  expect(await post("/v1/b", packed, { "content-encoding": "gzip" })).toMatchObject(SUCCESS);
  for (const key of [undefined, 7, "", "vwk_bad"])
    expect((await post("/v1/batch", withKey(key), none)).status).toBe(401);
  expect((await post("/v1/batch", "{", none)).status).toBe(401);
  const bad = { authorization: "Bearer vwk_bad" };
  expect((await post("/v1/batch", withKey("vwk_good"), bad)).status).toBe(401);
  const long = { ...withKey("vwk_good"), more: "x".repeat(1024 * 1024) };
  expect((await post("/v1/batch", long, none)).status).toBe(413);
  expect(await post("/v1/batch", long)).toMatchObject(SUCCESS);
  expect((await post("/v1/e", { event: "a", writeKey: "vwk_good" }, none)).status).toBe(401);
});

test("of a batch the good calls are kept and the bad ones named", async () => {
  const batch = [{ type: "track" }, { type: "track", event: "kept" }, 7, { type: "page", userId: {} }];
  expect(await post("/v1/batch", { batch })).toMatchObject({
    status: 200,
    answer: {
      success: true,
      rejected: 3,
      errors: [
        { index: 0, reason: "it has no event" },
        { index: 2, reason: "the call is not an object" },
        { index: 3, reason: "userId is neither text nor a number" },
      ],
    },
  });
  expect(await countOf("event_name = 'kept'")).toBe(1);
});

test.each([
  ["a track call without event", "track", {}, 400, /it has no event/],
  ["a long id", "track", { event: "a", messageId: "x".repeat(200) }, 400, /log\.record\.uid is longer/],
  ["an impossible outcome", "track", { event: "a", properties: { "vox.outcome": "x" } }, 400, /vox\.outcome/],
  ["half a call", "track", "{", 400, /not JSON/],
  ["an empty call", "track", "", 400, /not JSON/],
  ["an array", "batch", [], 400, /not a JSON object/],
  ["a batch that is a number", "batch", { batch: 7 }, 400, /batch is not an array/],
  ["a batch of bad calls", "batch", { batch: [{}, {}] }, 400, /record 0: type is none of.*record 1/],
  [
    "a batch of 10,001",
    "batch",
    { batch: Array.from({ length: 10_001 }, () => ({})) },
    413,
    /too many records/,
  ],
  ["a body over 4 MiB", "batch", "x".repeat(4 * 1024 * 1024 + 1), 413, /over 4194304 bytes/],
  ["a beacon whose event is a number", "e", { event: 7 }, 400, /event: /],
  ["a beacon of another shape", "e", { events: [] }, 400, /event: /],
  ["a beacon of broken logs", "e", { resourceLogs: 7 }, 400, /resourceLogs is not an array/],
])("%s is refused with the reason", async (...of) => {
  const [, path, body, status, reason] = of;
  const refused = await post(`/v1/${path}`, body);
  expect(refused.status).toBe(status);
  expect(refused.answer).toMatchObject({ success: false, message: expect.stringMatching(reason) });
});

test("a client's settings send its events to where it is told to", async () => {
  const response = await started.collector.app.request("/v1/projects/vwk_good/settings");
  expect(await response.json()).toEqual({ integrations: { "Segment.io": { apiKey: "vwk_good" } } });
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
});

test("a small body whose events would be large is refused before they fill the memory", async () => {
  const text = { stringValue: "x".repeat(8000) };
  const attributes = Array.from({ length: 100 }, (_, index) => ({ key: `k${index}`, value: text }));
  const logRecords = Array.from({ length: 10_000 }, () => ({ eventName: "a" }));
  const logs = { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] };
  expect(await post("/v1/logs", logs)).toMatchObject({
    status: 413,
    answer: { message: "the events of the request are more than 67108864 bytes" },
  });
});

test("an empty batch is a success, a content type that is no JSON is not", async () => {
  expect(await post("/v1/batch", { batch: [] })).toMatchObject(SUCCESS);
  expect(await post("/v1/e?key=vwk_good", [], {})).toMatchObject(SUCCESS);
  const form = { ...KEY, "content-type": "application/x-www-form-urlencoded" };
  expect((await post("/v1/batch", "data=1", form)).status).toBe(415);
  expect((await post("/v1/e", "data=1", form)).status).toBe(415);
});

async function preflight(path: string): Promise<Headers> {
  const headers = { origin: "https://bank.example", "access-control-request-method": "POST" };
  return (await started.collector.app.request(path, { method: "OPTIONS", headers })).headers;
}

test("a beacon's preflight may come with cookies, and only a beacon's", async () => {
  const beacon = await preflight("/v1/e?key=vwk_good");
  expect(beacon.get("access-control-allow-origin")).toBe("https://bank.example");
  expect(beacon.get("access-control-allow-credentials")).toBe("true");
  const batch = await preflight("/v1/batch");
  expect(batch.get("access-control-allow-origin")).toBe("*");
  expect(batch.get("access-control-allow-credentials")).toBeNull();
});

test("traces that are partly bad are kept in part, and the answer says so", async () => {
  const exception = {
    name: "exception",
    attributes: [{ key: "exception.type", value: { stringValue: "E" } }],
  };
  const span = (spanId: string) => ({ traceId: "5".repeat(32), spanId, kind: 2, events: [exception] });
  const fine = { ...span("2".repeat(16)), events: [] };
  const bad = { ...span("3".repeat(16)), attributes: [{ key: "vox.outcome", value: { stringValue: "x" } }] };
  const twice = { ...bad, events: [exception, exception] };
  const spans = [span("1".repeat(16)), fine, span("no hex"), twice];
  const body = { resourceSpans: [{ scopeSpans: [{ spans }] }] };
  expect(await post("/v1/traces", body)).toMatchObject({
    status: 200,
    answer: {
      partialSuccess: {
        rejectedSpans: "2",
        errorMessage: expect.stringMatching(/^record 2: spanId is not 16 hex digits; record 3: vox\.outcome/),
      },
    },
  });
  expect(await countOf("trace_id = '55555555555555555555555555555555'")).toBe(1);
  expect((await post("/v1/traces", { resourceLogs: [] })).status).toBe(400);
});
