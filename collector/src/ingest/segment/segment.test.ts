import { expect, test } from "vitest";
import { type LogRecord, MalformedBody, RecordProblem } from "../record.ts";
import { decodeSegmentBatch, decodeSegmentCall, segmentKeyOf } from "./decode.ts";
import type { SegmentType } from "./record-of.ts";

const bodyOf = (value: unknown) => Buffer.from(JSON.stringify(value));
const decodeCall = (type: SegmentType, call: object) =>
  decodeSegmentCall(type)(bodyOf(call))[0]?.records[0] as LogRecord;
const attributesOf = (type: SegmentType, call: object) =>
  Object.fromEntries(decodeCall(type, call).attributes);
const decodeBatch = (batch: unknown[], of: object = {}) => decodeSegmentBatch(bodyOf({ ...of, batch }));

test("a track call keeps its properties under their names, and ours fill what they mean", () => {
  const call = {
    messageId: "m1",
    userId: 7,
    anonymousId: "i1",
    event: "vox.transaction",
    timestamp: "2026-05-01T12:00:00.000Z",
    sentAt: "2026-05-01T12:00:01.000Z",
    properties: {
      "vox.flow": "transfer",
      "error.type": "x",
      amount: 12.5,
      isNew: true,
      none: null,
      list: [1, { a: 2 }],
    },
    integrations: { All: true },
  };
  expect(decodeCall("track", call)).toMatchObject({
    eventName: "vox.transaction",
    time: Date.parse("2026-05-01T12:00:00.000Z"),
  });
  expect(attributesOf("track", call)).toEqual({
    "log.record.uid": "m1",
    "user.id": "7",
    "app.installation.id": "i1",
    "vox.sent_at": Date.parse("2026-05-01T12:00:01.000Z"),
    "vox.flow": "transfer",
    "error.type": "x",
    amount: 12.5,
    isNew: true,
    list: [1, { a: 2 }],
  });
});

test("of the context is kept what is known and what has an attribute's name", () => {
  const context = {
    app: { name: "bank", version: "8.0.1", build: "801", namespace: "com.bank" },
    os: { name: "iOS", version: "18.1" },
    device: {
      id: "secret-id",
      model: "iPhone15,2",
      manufacturer: "Apple",
      name: "Anna's phone",
      adTrackingEnabled: true,
    },
    userAgentData: { platform: "macOS" },
    userAgent: "Mozilla/5.0",
    ip: "203.0.113.7",
    locale: "zh-CN",
    location: { region: "CN-GD", city: "Shenzhen" },
    page: {
      url: "https://bank.example/pay/now?card=1",
      referrer: "https://a.example/?q=1",
      search: "?card=1",
    },
    sessionId: 1_790_000_000,
    groupId: "g1",
    traits: { email: "a@b.example" },
    "vox.channel": "wechat",
    library: { name: "analytics.js", version: "2.0" },
  };
  const [group] = decodeSegmentCall("track")(bodyOf({ event: "a", context }));
  expect(group?.resource).toEqual(
    new Map([
      ["service.name", "bank"],
      ["service.version", "8.0.1"],
      ["telemetry.sdk.name", "analytics.js"],
      ["telemetry.sdk.version", "2.0"],
    ]),
  );
  expect(attributesOf("track", { event: "a", context })).toEqual({
    "app.build_id": "801",
    "os.name": "iOS",
    "os.version": "18.1",
    "device.model.identifier": "iPhone15,2",
    "device.manufacturer": "Apple",
    "client.geo.region": "CN-GD",
    "browser.language": "zh-CN",
    "url.path": "/pay/now",
    "user_agent.original": "Mozilla/5.0",
    "session.id": 1_790_000_000,
    "vox.group.id": "g1",
    "vox.channel": "wechat",
  });
});

test("a batch's context stands behind that of its calls", () => {
  const context = { locale: "zh-CN", app: { name: "bank", version: "8" } };
  const calls = [
    { type: "track", event: "a", context: { app: { name: "shop" } } },
    { type: "track", event: "b" },
  ];
  const groups = decodeBatch(calls, { context });
  expect(groups.map(({ resource }) => Object.fromEntries(resource as Map<string, unknown>))).toEqual([
    { "service.name": "shop" },
    { "service.name": "bank", "service.version": "8" },
  ]);
  const attributes = groups.map(({ records }) => (records[0] as LogRecord).attributes);
  expect(attributes).toEqual([
    new Map([["browser.language", "zh-CN"]]),
    new Map([["browser.language", "zh-CN"]]),
  ]);
});

test("identify and group keep traits, without those that name a person", () => {
  const traits = {
    plan: "gold",
    email: "a@b.example",
    phone: "5551234567",
    firstName: "Anna",
    last_name: "Bo",
    company: { name: "Bank", employees: 7, contact: { Email: "c@d.example", role: "cfo" } },
    tags: [{ phone: "1" }, "vip"],
  };
  const kept = {
    "trait.plan": "gold",
    "trait.company": { employees: 7, contact: { role: "cfo" } },
    "trait.tags": [{}, "vip"],
  };
  expect(decodeCall("identify", { userId: "u", traits }).eventName).toBe("vox.identified");
  expect(attributesOf("identify", { userId: "u", traits })).toEqual({ ...kept, "user.id": "u" });
  expect(decodeCall("group", { groupId: "g", traits }).eventName).toBe("vox.group.identified");
  expect(attributesOf("group", { groupId: "g", traits })).toEqual({ ...kept, "vox.group.id": "g" });
});

test("page and screen say where, never with a query string", () => {
  const properties = {
    path: "/pay",
    url: "https://b.example/other?card=1",
    search: "?card=1",
    title: "Pay",
    plan: "x",
  };
  expect(decodeCall("page", { name: "Pay" }).eventName).toBe("vox.page.viewed");
  expect(attributesOf("page", { name: "Pay", category: "money", properties })).toEqual({
    "url.path": "/pay",
    "page.title": "Pay",
    "page.name": "Pay",
    "page.category": "money",
    plan: "x",
  });
  expect(attributesOf("page", { properties: { url: "https://b.example/other?card=1" } })).toEqual({
    "url.path": "/other",
  });
  expect(decodeCall("screen", { name: "Transfer" }).eventName).toBe("vox.screen.viewed");
  expect(attributesOf("screen", { name: "Transfer" })).toEqual({ "app.screen.name": "Transfer" });
});

test("alias says which customer this was before", () => {
  expect(decodeCall("alias", { userId: "u", previousId: "i" }).eventName).toBe("vox.identified");
  expect(attributesOf("alias", { userId: "u", previousId: "i" })).toEqual({
    "user.id": "u",
    "vox.previous_id": "i",
  });
});

test("a batch's time of sending corrects its calls, but not what Segment has corrected", () => {
  const [client, passedOn, own] = decodeBatch(
    [
      { type: "track", event: "a", timestamp: "2026-05-01T12:00:00Z" },
      {
        type: "track",
        event: "a",
        timestamp: "2026-05-01T12:00:00Z",
        originalTimestamp: "2020-01-01T00:00:00Z",
      },
      { type: "track", event: "a", originalTimestamp: "2026-05-01T12:00:00Z", sentAt: 7 },
    ],
    { sentAt: "2026-05-01T13:00:00Z" },
  ).flatMap(({ records }) => records as LogRecord[]);
  expect(client?.attributes.get("vox.sent_at")).toBe(Date.parse("2026-05-01T13:00:00Z"));
  expect(passedOn?.attributes.get("vox.sent_at")).toBeUndefined();
  expect(passedOn?.time).toBe(Date.parse("2026-05-01T12:00:00Z"));
  expect(own?.attributes.get("vox.sent_at")).toBe(7);
  expect(own?.time).toBe(Date.parse("2026-05-01T12:00:00Z"));
});

const callOf = (event: string, name?: string) => ({ type: "track", event, context: { app: { name } } });

test("calls of one app after another share a resource, and all stay in their order", () => {
  const groups = decodeBatch([
    callOf("1", "a"),
    callOf("2", "a"),
    7,
    callOf("3", "b"),
    callOf("4"),
    callOf("5", "a"),
  ]);
  expect(groups.map(({ resource }) => (resource as Map<string, unknown>).get("service.name"))).toEqual([
    "a",
    "b",
    undefined,
    "a",
  ]);
  const names = groups.flatMap(({ records }) =>
    records.map((record) => (record instanceof RecordProblem ? "?" : (record as LogRecord).eventName)),
  );
  expect(names).toEqual(["1", "2", "?", "3", "4", "5"]);
});

test.each([
  ["track", 7, /the call is not an object/],
  ["track", {}, /it has no event/],
  ["track", { event: 7 }, /event is not text/],
  ["track", { event: "a", userId: {} }, /userId is neither text nor a number/],
  ["track", { event: "a", messageId: [] }, /messageId is neither/],
  ["track", { event: "a", properties: [] }, /properties is not an object/],
  ["track", { event: "a", context: "web" }, /context is not an object/],
  ["track", { event: "a", timestamp: "yesterday" }, /timestamp is neither an ISO 8601 time nor/],
  ["track", { event: "a", sentAt: {} }, /sentAt is neither/],
  ["identify", { traits: "gold" }, /traits is not an object/],
  ["page", { name: 7 }, /name is not text/],
  ["group", {}, /it has no groupId/],
  ["alias", { userId: "u" }, /it has no previousId/],
  ["alias", { previousId: "u" }, /it has no userId/],
  ["pixel", {}, /type is none of track, identify/],
])("a %s call %j is a problem of its own that says why", (type, call, reason) => {
  const item = typeof call === "object" ? { ...call, type } : call;
  const [problem] = decodeBatch([item])[0]?.records ?? [];
  expect(problem).toBeInstanceOf(RecordProblem);
  expect((problem as Error).message).toMatch(reason);
});

test.each([
  ["{", /not JSON/],
  ["[]", /not a JSON object/],
  ["null", /not a JSON object/],
  ["{}", /batch is not an array/],
  ['{"batch":{}}', /batch is not an array/],
  ['{"batch":[],"sentAt":true}', /sentAt is neither/],
  ['{"batch":[],"context":"web"}', /context is not an object/],
])("the batch %s is malformed and says why", (body, reason) => {
  expect(() => decodeSegmentBatch(Buffer.from(body))).toThrow(MalformedBody);
  expect(() => decodeSegmentBatch(Buffer.from(body))).toThrow(reason);
});

test("a write key in the body is found, and nothing else is taken for one", () => {
  expect(segmentKeyOf(bodyOf({ writeKey: "vwk_a" }))).toBe("vwk_a");
  for (const body of [7, {}, { writeKey: 7 }, { batch: [{ writeKey: "x" }] }])
    expect(segmentKeyOf(bodyOf(body))).toBeUndefined();
  expect(segmentKeyOf(Buffer.from("{"))).toBeUndefined();
});
