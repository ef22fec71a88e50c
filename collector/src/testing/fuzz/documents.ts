import type { Message } from "./protobuf-tree.ts";
import type { Random } from "./random.ts";

export const PROTOCOLS = [
  "logs-json",
  "logs-protobuf",
  "traces-json",
  "traces-protobuf",
  "segment-batch",
  "segment-call",
  "beacon",
] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** A sound request before it is encoded: a JSON value or a protobuf message. */
export interface Document {
  path: string;
  contentType: string;
  json?: unknown;
  message?: Message;
  /** How many of its events have an id of ours. */
  events: number;
}

interface Event {
  id: string;
  name: string;
  time: number;
  attributes: Record<string, string>;
}

const TEXTS = [
  "E1042",
  "转账失败，请稍后再试",
  "a@bank.example",
  "6222021234567890123",
  "😀",
  "/pay?card=1",
  "x".repeat(300),
];
const NAMES = [
  "vox.flow",
  "vox.error.code",
  "vox.error.shown",
  "app.screen.name",
  "exception.message",
  "note",
];

function eventsOf(random: Random, prefix: string): Event[] {
  return Array.from({ length: 1 + random.below(3) }, (_, index) => ({
    id: `${prefix}-${index}`,
    name: random.pick(["app.tap", "exception", "vox.transaction", "vox.screen.viewed", "备"]),
    time: Date.now() - random.below(1e8),
    attributes: Object.fromEntries(
      Array.from({ length: random.below(6) }, () => [random.pick(NAMES), random.pick(TEXTS)]),
    ),
  }));
}

/** A sound request of a protocol, of events whose ids begin with `prefix`. */
export function makeDocument(protocol: Protocol, random: Random, prefix: string): Document {
  const events = eventsOf(random, prefix);
  return MAKERS[protocol](events, random);
}

const JSON_TYPE = "application/json";
const PROTOBUF_TYPE = "application/x-protobuf";

const MAKERS: Record<Protocol, (events: Event[], random: Random) => Document> = {
  "logs-json": (events) => ({
    path: "/v1/logs",
    contentType: JSON_TYPE,
    events: events.length,
    json: {
      resourceLogs: [
        {
          resource: { attributes: keyValues({ "service.name": "fuzz" }) },
          scopeLogs: [
            {
              logRecords: events.map(({ id, name, time, attributes }) => ({
                timeUnixNano: `${time}000000`,
                eventName: name,
                severityText: "INFO",
                body: { stringValue: "body" },
                attributes: keyValues({ ...attributes, "log.record.uid": id }),
              })),
            },
          ],
        },
      ],
    },
  }),
  "logs-protobuf": (events) => ({
    path: "/v1/logs",
    contentType: PROTOBUF_TYPE,
    events: events.length,
    message: nested(
      events.map(({ id, name, time, attributes }) => [
        { number: 1, value: { fixed64: BigInt(time) * 1_000_000n } },
        { number: 3, value: "INFO" },
        { number: 5, value: [{ number: 3, value: -7n }] },
        ...pairs(6, { ...attributes, "log.record.uid": id }),
        { number: 12, value: name },
      ]),
    ),
  }),
  "traces-json": (events, random) => ({
    path: "/v1/traces",
    contentType: JSON_TYPE,
    events: 0,
    json: {
      resourceSpans: [
        {
          resource: { attributes: keyValues({ "service.name": "fuzz" }) },
          scopeSpans: [
            {
              spans: events.map(({ time, attributes }) => ({
                traceId: random.bytes(16).toString("hex"),
                spanId: random.bytes(8).toString("hex"),
                name: "GET /pay",
                kind: 3,
                startTimeUnixNano: `${time}000000`,
                endTimeUnixNano: `${time + 5}000000`,
                attributes: keyValues({ ...attributes, "http.response.status_code": "500" }),
                events: [
                  {
                    timeUnixNano: `${time}000000`,
                    name: "exception",
                    attributes: keyValues({ "exception.type": "E" }),
                  },
                ],
                status: { code: 2, message: "failed" },
              })),
            },
          ],
        },
      ],
    },
  }),
  "traces-protobuf": (events, random) => ({
    path: "/v1/traces",
    contentType: PROTOBUF_TYPE,
    events: 0,
    message: nested(
      events.map(({ time, attributes }) => [
        { number: 1, value: random.bytes(16) },
        { number: 2, value: random.bytes(8) },
        { number: 5, value: "GET /pay" },
        { number: 6, value: 3n },
        { number: 7, value: { fixed64: BigInt(time) * 1_000_000n } },
        { number: 8, value: { fixed64: BigInt(time + 5) * 1_000_000n } },
        ...pairs(9, { ...attributes, "http.response.status_code": "500" }),
        {
          number: 11,
          value: [{ number: 2, value: "exception" }, ...pairs(3, { "exception.type": "E" })],
        },
        { number: 15, value: [{ number: 3, value: 2n }] },
      ]),
    ),
  }),
  "segment-batch": (events) => ({
    path: "/v1/batch",
    contentType: JSON_TYPE,
    events: events.length,
    json: {
      batch: events.map((event) => ({ type: "track", ...call(event) })),
      sentAt: new Date().toISOString(),
    },
  }),
  "segment-call": (events, random) => {
    const [event] = events;
    const path = random.pick(["track", "identify", "page", "screen", "group", "alias", "t", "i"]);
    const ids = { userId: "u", previousId: "a", groupId: "g" };
    return {
      path: `/v1/${path}`,
      contentType: JSON_TYPE,
      events: 1,
      json: { ...(event && call(event)), ...ids, traits: { plan: "gold", name: "王" } },
    };
  },
  beacon: (events) => ({
    path: "/v1/e",
    contentType: "text/plain",
    events: events.length,
    json: events.map(({ id, name, time, attributes }) => ({ event: name, time, id, attributes })),
  }),
};

function call({ id, name, time, attributes }: Event): object {
  return {
    messageId: id,
    event: name,
    anonymousId: "anon",
    timestamp: new Date(time).toISOString(),
    properties: attributes,
    context: { app: { name: "fuzz", version: "1" }, page: { path: "/pay" }, os: { name: "iOS" } },
  };
}

function keyValues(attributes: Record<string, string>): object[] {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function pairs(number: number, attributes: Record<string, string>): Message {
  return Object.entries(attributes).map(([key, text]) => ({
    number,
    value: [
      { number: 1, value: key },
      { number: 2, value: [{ number: 1, value: text }] },
    ],
  }));
}

/** Items in a scope in a resource, as logs and traces have them. */
function nested(items: Message[]): Message {
  const resource = { number: 1, value: pairs(1, { "service.name": "fuzz" }) };
  const scope = { number: 2, value: items.map((value) => ({ number: 2, value })) };
  return [{ number: 1, value: [resource, scope] }];
}
