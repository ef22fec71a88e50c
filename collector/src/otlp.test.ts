import { gzipSync } from "node:zlib";
import { PbfReader } from "pbf";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { logsRequest, startCollector, type StartedCollector } from "./testing/start-collector.ts";

let warehouse: Warehouse;
let started: StartedCollector;
const now = new Date("2026-05-01T12:00:00.000Z");

beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  started = await startCollector(warehouse, { now: () => now });
});
afterAll(async () => {
  await started.stop();
  await warehouse.close();
});

const JSON_TYPE = { "content-type": "application/json" };
const KEY = { authorization: "Bearer vwk_good" };
const HEADERS = { ...JSON_TYPE, ...KEY };
const post = (body: BodyInit, headers: Record<string, string> = HEADERS, path = "/v1/logs") =>
  fetch(started.url + path, { method: "POST", body, headers });

/** Sends records, and gives the answer and the rows they became. */
async function roundTrip(...of: Parameters<typeof logsRequest>) {
  const marker = `m${Math.random()}`;
  const records = of[0].map((record) => ({ ...record, attributes: { ...record.attributes, marker } }));
  const response = await post(logsRequest(records, of[1]));
  const answer: unknown = await response.json();
  await started.collector.drained();
  const sql = `SELECT * REPLACE (mapFilter((name, _) -> name != 'marker', attributes) AS attributes)
    FROM (SELECT * FROM events_v1 WHERE attributes['marker'] = {marker: String}) ORDER BY time, event_id`;
  const row = z.looseObject({ attributes: z.record(z.string(), z.string()) });
  return {
    status: response.status,
    answer,
    rows: await warehouse.query({ name: "rows", sql, params: { marker }, row }),
  };
}

const nano = (iso: string) => `${Date.parse(iso)}000000`;
const justBefore = nano("2026-05-01T11:59:59.123Z");

test("an event fills its columns and leaves them out of its attributes", async () => {
  const { answer, rows } = await roundTrip(
    [
      {
        eventName: "vox.transaction",
        timeUnixNano: justBefore,
        traceId: "5b8efff798038103d269b633813fc60c",
        spanId: "eee19b7ec3c1b174",
        attributes: {
          "log.record.uid": "e1",
          "user.id": "u1",
          "app.installation.id": "i1",
          "session.id": "s1",
          "vox.channel": "app",
          "vox.audience": "care",
          "client.geo.region": "CN-GD",
          "app.screen.name": "Transfer",
          "url.path": "/transfer",
          "vox.flow": "transfer",
          "vox.transaction.id": "t1",
          "vox.step": "confirm",
          "vox.outcome": "failed",
          "vox.error.code": "E1042",
          "vox.error.shown": "余额不足",
          "error.type": "BusinessError",
          "exception.type": "Error",
          "exception.stacktrace": "Error\n  at f (a.js:1:2)",
          custom: "7",
        },
      },
    ],
    {
      "service.name": "bank",
      "service.version": "8.0.1",
      "deployment.environment.name": "prod",
      "os.name": "iOS",
    },
  );
  expect(answer).toEqual({});
  expect(rows).toEqual([
    {
      project_id: "p1",
      event_name: "vox.transaction",
      time: "2026-05-01T11:59:59.123Z",
      received_at: now.toISOString(),
      event_id: "e1",
      customer_id: "u1",
      user_id: "u1",
      installation_id: "i1",
      session_id: "s1",
      service_name: "bank",
      service_version: "8.0.1",
      environment: "prod",
      channel: "app",
      audience: "care",
      os_name: "iOS",
      region: "CN-GD",
      page: "Transfer",
      flow: "transfer",
      transaction_id: "t1",
      step: "confirm",
      outcome: "failed",
      error_code: "E1042",
      error_type: "BusinessError",
      error_message: "余额不足",
      error_stack: "Error\n  at f (a.js:1:2)",
      error_fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      survey_id: "",
      survey_kind: "",
      score: null,
      comment: "",
      trace_id: "5b8efff798038103d269b633813fc60c",
      span_id: "eee19b7ec3c1b174",
      attributes: { "url.path": "/transfer", "exception.type": "Error", custom: "7" },
    },
  ]);
});

test("the customer is the user, else the installation, else the session", async () => {
  const ids = { "user.id": "u", "app.installation.id": "i", "session.id": "s" };
  const { "user.id": _, ...anonymous } = ids;
  const { rows } = await roundTrip([
    { eventName: "a", attributes: { ...ids, "log.record.uid": "1" } },
    { eventName: "a", attributes: { ...anonymous, "log.record.uid": "2" } },
    { eventName: "a", attributes: { "session.id": "s", "log.record.uid": "3" } },
    { eventName: "a", attributes: { "log.record.uid": "4" } },
  ]);
  expect(rows.map((row) => row["customer_id"])).toEqual(["u", "i", "s", ""]);
});

test("a survey answer keeps its score as a number and its comment redacted", async () => {
  const attributes = {
    "vox.survey.id": "nps1",
    "vox.survey.kind": "nps",
    "vox.score": 3,
    "vox.comment": "转账失败，请打13812345678",
  };
  const { rows } = await roundTrip([{ eventName: "vox.survey.answered", attributes }]);
  expect(rows[0]).toMatchObject({
    survey_id: "nps1",
    survey_kind: "nps",
    score: 3,
    comment: "转账失败，请打[phone]",
  });
});

test("personal data is redacted everywhere, counted by rule, and ids become pseudonyms", async () => {
  const before = started.collector.stats().redacted;
  const { rows } = await roundTrip([
    {
      eventName: "exception",
      body: { kvlistValue: { values: [{ key: "password", value: { stringValue: "hunter2" } }] } },
      attributes: {
        "user.id": "zhang@example.com",
        "exception.type": "Error",
        "exception.message": "card 4111111111111111 of 11010519491231002X refused",
        "url.path": "/pay?card=4111111111111111",
        "http.request.header.cookie": "sid=1",
      },
    },
  ]);
  expect(rows[0]).toMatchObject({
    user_id: expect.stringMatching(/^p_[0-9a-f]{32}$/),
    customer_id: rows[0]?.["user_id"],
    error_message: "card [card] of [resident id] refused",
    page: "/pay",
    attributes: { "http.request.header.cookie": "[secret]", "log.body": '{"password":"[secret]"}' },
  });
  const after = started.collector.stats().redacted;
  const counted = Object.entries(after).map(([rule, count]) => [
    rule,
    count - before[rule as keyof typeof before],
  ]);
  expect(Object.fromEntries(counted)).toEqual({
    query: 1,
    iban: 0,
    account: 0,
    token: 0,
    secret: 2,
    email: 1,
    resident_id: 1,
    card: 1,
    phone: 0,
  });
});

test("without a time of its own an event happened when it was observed, else when it was received", async () => {
  const { rows } = await roundTrip([
    { eventName: "a", observedTimeUnixNano: justBefore },
    { eventName: "b", timeUnixNano: "0" },
  ]);
  expect(rows.map(({ event_name: name, time }) => [name, time])).toEqual([
    ["a", "2026-05-01T11:59:59.123Z"],
    ["b", now.toISOString()],
  ]);
});

test.each([
  [
    "a clock an hour behind is corrected",
    "2026-05-01T11:00:00.000Z",
    "2026-05-01T10:59:50.000Z",
    "2026-05-01T11:59:50.000Z",
  ],
  [
    "a clock a year ahead is corrected",
    "2027-05-01T12:00:00.000Z",
    "2027-05-01T11:59:50.000Z",
    "2026-05-01T11:59:50.000Z",
  ],
  [
    "a reset clock is corrected",
    "1970-01-01T00:01:00.000Z",
    "1970-01-01T00:00:50.000Z",
    "2026-05-01T11:59:50.000Z",
  ],
  [
    "a skew of 20 s is left",
    "2026-05-01T11:59:40.000Z",
    "2026-05-01T11:59:30.000Z",
    "2026-05-01T11:59:30.000Z",
  ],
])("%s by vox.sent_at", async (...[, sentAt, time, expected]) => {
  const event = { eventName: "a", timeUnixNano: nano(time) };
  const { rows } = await roundTrip([event], { "vox.sent_at": Date.parse(sentAt) });
  expect(rows[0]).toMatchObject({ time: expected, attributes: {} });
  const onRecord = await roundTrip([{ ...event, attributes: { "vox.sent_at": Date.parse(sentAt) } }]);
  expect(onRecord.rows[0]).toMatchObject({ time: expected });
});

test.each([
  "2026-05-01T12:11:00.000Z",
  "2099-01-01T00:00:00.000Z",
  "2025-03-01T00:00:00.000Z",
  "1970-01-02T00:00:00.000Z",
])("the time %s cannot be true and becomes the time received", async (time) => {
  const { rows } = await roundTrip([{ eventName: "a", timeUnixNano: nano(time) }]);
  expect(rows[0]).toMatchObject({ time: now.toISOString() });
});

test("the same batch sent again keeps its event ids; records alike within it have their own", async () => {
  const record = { eventName: "retried", timeUnixNano: justBefore };
  const body = logsRequest([record, record]);
  await post(body);
  await post(gzipSync(body), { ...HEADERS, "content-encoding": "gzip" });
  await started.collector.drained();
  const sql = "SELECT uniqExact(event_id) AS n FROM events_v1 WHERE event_name = 'retried'";
  expect(await warehouse.query({ name: "n", sql, row: z.object({ n: z.number() }) })).toEqual([{ n: 2 }]);
});

test("records without id and time that are sent twice are two events", async () => {
  const body = logsRequest([{ eventName: "curl" }]);
  await post(body);
  await post(body);
  await started.collector.drained();
  const sql = "SELECT uniqExact(event_id) AS n FROM events_v1 WHERE event_name = 'curl'";
  expect(await warehouse.query({ name: "n", sql, row: z.object({ n: z.number() }) })).toEqual([{ n: 2 }]);
});

test("text that is no well-formed Unicode is stored, not refused by ClickHouse", async () => {
  const { rows } = await roundTrip([
    { eventName: "a", attributes: { "vox.comment": "half \ud83d of a face", "k\udc00": "\u0000 nul" } },
  ]);
  expect(rows[0]).toMatchObject({
    comment: "half \ufffd of a face",
    attributes: { "k\ufffd": "\u0000 nul" },
  });
  expect(started.collector.stats().poisoned).toBe(0);
});

test("values over the limit are cut", async () => {
  const { rows } = await roundTrip([
    { eventName: "a", attributes: { long: "长".repeat(10_000), "exception.stacktrace": "y".repeat(40_000) } },
  ]);
  expect(rows[0]?.attributes["long"]).toHaveLength(8_192);
  expect(rows[0]?.["error_stack"]).toHaveLength(32_768);
});

test("a bad record among good ones is named by index and reason, and the good ones are kept", async () => {
  const many = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`a${index}`, "x"]));
  const survey = { "vox.survey.kind": "nps", "vox.score": 11 };
  const { status, answer, rows } = await roundTrip([
    { eventName: "good1" },
    {},
    { eventName: 7 },
    { eventName: "x".repeat(129) },
    { eventName: "many", attributes: many },
    { eventName: "vox.survey.answered", attributes: survey },
    { eventName: "vox.transaction", attributes: { "vox.outcome": "maybe" } },
    { eventName: "good2", timeUnixNano: "tomorrow" },
    { eventName: "good3" },
  ]);
  expect(status).toBe(200);
  expect(answer).toEqual({
    partialSuccess: {
      rejectedLogRecords: "7",
      errorMessage:
        "record 1: it has no eventName; record 2: eventName is not text; record 3: its eventName is longer than 128; " +
        "record 4: it has 131 attributes, over 128; record 5: vox.score is outside 0 to 10 of nps; " +
        "record 6: vox.outcome is none of started, succeeded, failed, abandoned; " +
        "record 7: timeUnixNano is not a count of nanoseconds",
    },
  });
  expect(rows.map((row) => String(row["event_name"])).toSorted((a, b) => a.localeCompare(b))).toEqual([
    "good1",
    "good3",
  ]);
});

test("hundreds of bad records are counted, and the first are named", async () => {
  const { answer } = await roundTrip(Array.from({ length: 300 }, () => ({})));
  expect(answer).toMatchObject({
    partialSuccess: { rejectedLogRecords: "300", errorMessage: expect.stringMatching(/; and 280 more$/) },
  });
});

test.each([
  ["no key", {}, "", 401],
  ["an empty key", { "x-voxloop-key": "" }, "", 401],
  ["a wrong key", { authorization: "Bearer nope" }, "", 401],
  ["a wrong key as ?key=", {}, "?key=nope", 401],
  ["a header without its scheme", { authorization: "vwk_good" }, "", 401],
  ["a very long key", { "x-voxloop-key": "k".repeat(5_000) }, "", 401],
  ["Bearer", { authorization: "Bearer vwk_good" }, "", 200],
  ["bearer in lower case", { authorization: "bearer vwk_good" }, "", 200],
  ["x-voxloop-key", { "x-voxloop-key": "vwk_good" }, "", 200],
  ["Basic's user name", { authorization: `Basic ${btoa("vwk_good:")}` }, "", 200],
  ["?key=", {}, "?key=vwk_good", 200],
])("a request with %s", async (...[, headers, query, status]) => {
  const response = await post(
    logsRequest([{ eventName: "keys" }]),
    { ...JSON_TYPE, ...headers },
    `/v1/logs${query}`,
  );
  expect(response.status).toBe(status);
  if (status === 401)
    expect(await response.json()).toEqual({ code: 16, message: expect.stringContaining("write key") });
});

test("a beacon, which is text with the key in the address, is taken", async () => {
  const body = logsRequest([{ eventName: "left" }]);
  const beacon = await post(body, { "content-type": "text/plain;charset=UTF-8" }, "/v1/logs?key=vwk_good");
  expect(beacon.status).toBe(200);
});

const MB = 1024 * 1024;
const bomb = gzipSync(Buffer.alloc(200 * MB, " "));

test.each([
  ["not JSON", "{", HEADERS, 400, /not JSON/],
  ["another object", '{"resourceSpans":[]}', HEADERS, 400, /no resourceLogs/],
  ["not gzip", "{}", { ...HEADERS, "content-encoding": "gzip" }, 400, /not gzip/],
  [
    "cut gzip",
    gzipSync(logsRequest([{}])).subarray(0, 20),
    { ...HEADERS, "content-encoding": "gzip" },
    400,
    /not gzip/,
  ],
  ["over the limit", " ".repeat(5 * MB), HEADERS, 413, /over 4194304 bytes/],
  ["a gzip bomb", bomb, { ...HEADERS, "content-encoding": "gzip" }, 413, /unpacks to over 16777216/],
  ["brotli", "{}", { ...HEADERS, "content-encoding": "br" }, 415, /content encoding "br"/],
  ["text", "{}", { ...HEADERS, "content-type": "text/plain" }, 415, /content type/],
  ["of no type", new Uint8Array(2), KEY, 415, /content type/],
] as const)("a body that is %s is answered with its reason", async (...[, body, headers, status, reason]) => {
  const response = await post(body as BodyInit, headers);
  expect(response.status).toBe(status);
  const answer = z.object({ code: z.number(), message: z.string() }).parse(await response.json());
  expect(answer.message).toMatch(reason);
});

test("a body over the limit is refused while it is still coming, without a content length", async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += MB;
      if (sent > 200 * MB) controller.close();
      else controller.enqueue(new Uint8Array(MB));
    },
  });
  const options = { method: "POST", body, headers: HEADERS, duplex: "half" } as RequestInit;
  const response = await fetch(`${started.url}/v1/logs`, options).catch((error: unknown) => error);
  if (response instanceof Response) expect(response.status).toBe(413);
  expect(sent).toBeLessThan(100 * MB);
});

test("a refusal of a protobuf request is a google.rpc.Status in protobuf", async () => {
  const headers = { ...KEY, "content-type": "application/x-protobuf" };
  const response = await post("hello world", headers);
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toBe("application/x-protobuf");
  const status = new PbfReader(await response.arrayBuffer()).readFields(
    (field, result: { code: number; message: string }, pbf) => {
      if (field === 1) result.code = pbf.readVarint();
      if (field === 2) result.message = pbf.readString();
    },
    { code: 0, message: "" },
  );
  expect(status).toEqual({ code: 3, message: expect.stringMatching(/cannot be decoded/) });
});

test("every refusal is counted by its reason", async () => {
  const before = started.collector.stats();
  await post("{", HEADERS);
  await post("{}", { ...JSON_TYPE, authorization: "Bearer no" });
  await post(logsRequest([{ eventName: "ok" }, {}, {}]));
  const after = started.collector.stats();
  expect(after.rejected.malformed - before.rejected.malformed).toBe(1);
  expect(after.rejected.unauthorized - before.rejected.unauthorized).toBe(1);
  expect(after.rejected.invalid_record - before.rejected.invalid_record).toBe(2);
  expect(after.accepted - before.accepted).toBe(1);
});

test("a browser of any origin may send, and reads when to come back", async () => {
  const preflight = await fetch(`${started.url}/v1/logs`, {
    method: "OPTIONS",
    headers: {
      origin: "https://bank.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-encoding,content-type,x-voxloop-key",
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect(preflight.headers.get("access-control-allow-headers")).toBe(
    "authorization,content-encoding,content-type,x-voxloop-key",
  );
  const response = await post("{", { ...HEADERS, origin: "https://bank.example" });
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("access-control-expose-headers")).toBe(
    "Retry-After,RateLimit,RateLimit-Policy,ETag",
  );
});

test("health and readiness answer", async () => {
  expect((await fetch(`${started.url}/healthz`)).status).toBe(200);
  const ready = await fetch(`${started.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ status: "ready", problems: [], warehouse: "ok" });
});

test("an event without consent is dropped, counted, and its sender is told nothing of it", async () => {
  const before = started.collector.stats();
  const { status, answer, rows } = await roundTrip([
    { eventName: "consent.denied", attributes: { "vox.consent": "denied", "user.id": "u9" } },
    { eventName: "consent.false", attributes: { "vox.consent": false } },
    { eventName: "consent.granted", attributes: { "vox.consent": "granted" } },
  ]);
  expect({ status, answer }).toEqual({ status: 200, answer: {} });
  expect(rows.map((row) => row["event_name"])).toEqual(["consent.granted"]);
  const after = started.collector.stats();
  expect(after.rejected.without_consent - before.rejected.without_consent).toBe(2);
  expect(after.accepted - before.accepted).toBe(1);
});

test("events of bots are kept with a mark that only the collector gives", async () => {
  const before = started.collector.stats().bots;
  const googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
  const phone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
  const { rows } = await roundTrip([
    { eventName: "bot.1", timeUnixNano: justBefore, attributes: { "user_agent.original": googlebot } },
    {
      eventName: "bot.2",
      timeUnixNano: justBefore,
      attributes: { "user_agent.original": phone, "vox.bot": "true" },
    },
  ]);
  const marks = Object.fromEntries(rows.map((row) => [row["event_name"], row.attributes["vox.bot"]]));
  expect(marks).toEqual({ "bot.1": "true", "bot.2": undefined });
  expect(started.collector.stats().bots - before).toBe(1);
  await post(logsRequest([{ eventName: "bot.page" }]), { ...HEADERS, "user-agent": googlebot });
  await post(logsRequest([{ eventName: "bot.server" }]), {
    ...HEADERS,
    "user-agent": "python-requests/2.32",
  });
  expect(started.collector.stats().bots - before).toBe(2);
});
