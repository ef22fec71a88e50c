import * as fc from "fast-check";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import {
  type LogRecord,
  MalformedBody,
  RecordProblem,
  type ResourceRecords,
  TooManyRecords,
} from "../record.ts";
import { asOtlpJson, attributes, bytes, nanoseconds, SHARED_MESSAGES, text } from "./requests.fixture.ts";
import { decodeTracesJson } from "./traces-json.ts";
import { decodeTracesProtobuf } from "./traces-protobuf.ts";

// From opentelemetry-proto 1.9 (collector/trace/v1, trace/v1), with all their fields.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
  message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; string schema_url = 3; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; fixed32 flags = 16; string name = 5;
    int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
    uint32 dropped_attributes_count = 10; repeated Event events = 11; uint32 dropped_events_count = 12; repeated Link links = 13;
    uint32 dropped_links_count = 14; Status status = 15; string from_the_future = 99;
  }
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
  message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4; }
  message Status { string message = 2; int32 code = 3; }
${SHARED_MESSAGES}`);
const Request = root.lookupType("ExportTraceServiceRequest");
const encode = (request: object) => Request.encode(Request.fromObject(request)).finish();

const pair = (key: string, value: fc.Arbitrary<object>) => fc.record({ key: fc.constant(key), value });
const known = fc.oneof(
  pair(
    "http.response.status_code",
    fc.record({ intValue: fc.constantFrom(200, 399, 400, 404, 499, 500, 503) }),
  ),
  pair("error.type", fc.record({ stringValue: fc.constantFrom("timeout", "500", "") })),
  pair("url.full", fc.record({ stringValue: text })),
  pair("http.route", fc.record({ stringValue: text })),
);
const id = (length: number) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(new Uint8Array(length).fill(7)) }, bytes(length));
const spans = fc.record({
  traceId: id(16),
  spanId: id(8),
  parentSpanId: bytes(8),
  name: text,
  kind: fc.integer({ min: 0, max: 6 }),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes: fc.oneof(attributes, fc.array(known, { maxLength: 3 })),
  events: fc.array(
    fc.record({ timeUnixNano: nanoseconds, name: fc.constantFrom("exception", "retry", ""), attributes }),
    { maxLength: 3 },
  ),
  links: fc.array(fc.record({ traceId: bytes(16), attributes }), { maxLength: 2 }),
  status: fc.record({ message: text, code: fc.integer({ min: 0, max: 2 }) }),
  fromTheFuture: text,
});
const requests = fc.record({
  resourceSpans: fc.array(
    fc.record({
      resource: fc.record({ attributes }),
      schemaUrl: text,
      scopeSpans: fc.array(
        fc.record({ scope: fc.record({ name: text, attributes }), spans: fc.array(spans, { maxLength: 4 }) }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
});

test("protobuf traces decode to what protobufjs reads and our JSON decoder makes of it", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const encoded = encode(request);
      expect(decodeOrRefuse(encoded)).toEqual(decodeOrRefuse(encoded, asOtlpJson(Request, encoded)));
    }),
    { numRuns: 300 },
  );
});

/** In the encoding of what is given; a body in which no span decodes is refused in protobuf only. */
function decodeOrRefuse(encoded: Uint8Array, json?: Uint8Array): ResourceRecords[] | string {
  try {
    const request = decodeTracesProtobuf(encoded);
    return json === undefined ? request : decodeTracesJson(json);
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error;
    return "malformed";
  }
}

test("a truncated or altered body of traces is refused or decoded, and nothing else happens", () => {
  fc.assert(
    fc.property(requests, fc.nat(), fc.nat(255), (request, at, byte) => {
      const encoded = encode(request);
      const altered = encoded.slice();
      if (altered.length > 0) altered[at % altered.length] = byte;
      for (const body of [encoded.slice(0, at % (encoded.length + 1)), altered]) decodeOrRefuse(body);
    }),
    { numRuns: 1000 },
  );
});

const TRACE_ID = "5b8efff798038103d269b633813fc60c";
const SPAN_ID = "eee19b7ec3c1b174";
const MINUTE = "1790000000000000000";
const HALF_A_SECOND_LATER = "1790000000500000000";

const keyValues = (of: Record<string, string | number>) =>
  Object.entries(of).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: value } : { stringValue: value },
  }));

function decodeSpan(span: Record<string, unknown>, of: Record<string, string | number> = {}) {
  const whole = {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    startTimeUnixNano: MINUTE,
    endTimeUnixNano: HALF_A_SECOND_LATER,
    attributes: keyValues(of),
    ...span,
  };
  const request = { resourceSpans: [{ scopeSpans: [{ spans: [whole] }] }] };
  return (decodeTracesJson(Buffer.from(JSON.stringify(request)))[0]?.records ?? []).flat();
}

const decodeError = (...of: Parameters<typeof decodeSpan>) => decodeSpan(...of)[0] as LogRecord | undefined;

test("each exception of a span is an error event of its own, with the span's attributes and its own id", () => {
  const events = [
    {
      name: "exception",
      timeUnixNano: MINUTE,
      attributes: keyValues({ "exception.type": "A", "error.type": "x" }),
    },
    { name: "retry", timeUnixNano: MINUTE },
    { name: "exception", timeUnixNano: MINUTE, attributes: keyValues({ "exception.message": "b" }) },
    { name: "exception", attributes: keyValues({ "exception.type": "C", "user.id": "u2" }) },
  ];
  const attributes = { "user.id": "u1", "vox.flow": "transfer", "error.type": "500" };
  const span = { name: "POST", kind: "SPAN_KIND_SERVER", status: { code: 2 }, events };
  const uid = `${TRACE_ID}-${SPAN_ID}`;
  const shared = { "vox.flow": "transfer", "vox.span.name": "POST" };
  const errors = decodeSpan(span, attributes) as LogRecord[];
  expect(errors.map(({ attributes: of }) => Object.fromEntries(of))).toEqual([
    { ...shared, "user.id": "u1", "error.type": "x", "exception.type": "A", "log.record.uid": `${uid}-0` },
    {
      ...shared,
      "user.id": "u1",
      "error.type": "500",
      "exception.message": "b",
      "log.record.uid": `${uid}-1`,
    },
    { ...shared, "user.id": "u2", "exception.type": "C", "log.record.uid": `${uid}-2` },
  ]);
  expect(errors.map(({ time }) => time)).toEqual([1_790_000_000_000, 1_790_000_000_000, 1_790_000_000_500]);
  expect(errors[0]).toMatchObject({ eventName: "exception", traceId: TRACE_ID, spanId: SPAN_ID });
});

test("a failed request is one event with its cause, route and duration", () => {
  const attributes = {
    "http.response.status_code": 503,
    "http.request.method": "POST",
    "http.route": "/api/pay/:id",
    "url.path": "/api/pay/7",
    "server.address": "pay.bank",
  };
  const error = decodeError(
    { name: "POST /api/pay/:id", kind: 2, status: { message: "no room" } },
    attributes,
  );
  expect(error).toMatchObject({ eventName: "vox.request.failed", time: 1_790_000_000_500, body: "no room" });
  expect(Object.fromEntries(error?.attributes ?? [])).toEqual({
    ...attributes,
    "url.template": "/api/pay/:id",
    "error.type": "503",
    "exception.message": "POST /api/pay/:id",
    "vox.duration_ms": 500,
    "vox.span.name": "POST /api/pay/:id",
    "log.record.uid": `${TRACE_ID}-${SPAN_ID}-request`,
  });
});

test("the names that HTTP attributes had before are understood", () => {
  const old = { "http.status_code": 500, "http.method": "GET", "http.url": "https://a.bank/x/y?card=1#z" };
  const error = decodeError({ name: "GET", kind: 3 }, old);
  expect(Object.fromEntries(error?.attributes ?? [])).toMatchObject({
    "http.response.status_code": 500,
    "http.request.method": "GET",
    "url.path": "/x/y",
    "exception.message": "GET /x/y",
  });
  expect([...(error?.attributes.keys() ?? [])].filter((name) => name in old)).toEqual([]);
});

const SERVER = "SPAN_KIND_SERVER";
const CLIENT = "SPAN_KIND_CLIENT";
const ERROR = "STATUS_CODE_ERROR";
const OK = "STATUS_CODE_OK";
test.each([
  [SERVER, "", { "http.response.status_code": 499 }, undefined],
  [SERVER, "", { "http.response.status_code": 500 }, "500"],
  [CLIENT, "", { "http.response.status_code": 399 }, undefined],
  [CLIENT, "", { "http.response.status_code": 400 }, "400"],
  [CLIENT, "", { "http.status_code": 404 }, "404"],
  [CLIENT, OK, { "http.response.status_code": 404 }, undefined],
  [CLIENT, ERROR, { "http.response.status_code": 500, "error.type": "timeout" }, "timeout"],
  [CLIENT, ERROR, {}, "_OTHER"],
  [CLIENT, "", { "rpc.grpc.status_code": 0 }, undefined],
  [CLIENT, "", { "rpc.grpc.status_code": 5 }, "NOT_FOUND"],
  [SERVER, "", { "rpc.grpc.status_code": 5 }, undefined],
  [SERVER, ERROR, { "rpc.grpc.status_code": 5 }, "NOT_FOUND"],
  [SERVER, "", { "rpc.grpc.status_code": 14 }, "UNAVAILABLE"],
  [SERVER, "", { "rpc.response.status_code": "UNAVAILABLE" }, "UNAVAILABLE"],
  [CLIENT, ERROR, { "rpc.grpc.status_code": 99 }, "99"],
  [CLIENT, "", {}, undefined],
  ["SPAN_KIND_INTERNAL", ERROR, { "http.response.status_code": 500 }, undefined],
  ["SPAN_KIND_CONSUMER", ERROR, {}, undefined],
])("a span %s with status %j and %j has failed with %j", (...of) => {
  const [kind, code, attributes, errorType] = of;
  const status = code === "" ? {} : { code };
  expect(decodeError({ name: "x", kind, status }, attributes)?.attributes.get("error.type")).toBe(errorType);
});

test.each([
  [{ kind: "SPAN_KIND_OF_FUTURE" }, /kind is neither a number nor one of/],
  [{ status: { code: 1.5 } }, /code is neither a number nor one of/],
  [{ status: 2 }, /status is not an object/],
  [{ events: {} }, /events are not an array/],
  [{ events: [7] }, /a span event is not an object/],
  [{ name: 7 }, /name is not text/],
  [{ traceId: "" }, /no traceId or no spanId/],
  [{ spanId: "0000000000000000" }, /no traceId or no spanId/],
])("the span %j is a problem of its own that says why", (span, reason) => {
  const [problem] = decodeSpan(span);
  expect(problem).toBeInstanceOf(RecordProblem);
  expect((problem as Error).message).toMatch(reason);
});

test("a body of logs is no traces request", () => {
  expect(() => decodeTracesJson(Buffer.from('{"resourceLogs":[]}'))).toThrow(
    /no resourceSpans, only resourceLogs/,
  );
});

const many = (count: number, item: object) => Array.from({ length: count }, () => item);

const requestOf = (of: object[]) => encode({ resourceSpans: [{ scopeSpans: [{ spans: of }] }] });

test("more spans or more exceptions than the limit are refused", () => {
  const ids = { traceId: new Uint8Array(16).fill(7), spanId: new Uint8Array(8).fill(7) };
  expect(decodeTracesProtobuf(requestOf(many(10_000, ids)))[0]?.records.flat()).toEqual([]);
  for (const body of [
    requestOf(many(10_001, ids)),
    requestOf([{ ...ids, events: many(10_001, { name: "exception" }) }]),
  ]) {
    expect(() => decodeTracesProtobuf(body)).toThrow(TooManyRecords);
    expect(() => decodeTracesJson(asOtlpJson(Request, body))).toThrow(TooManyRecords);
  }
});
