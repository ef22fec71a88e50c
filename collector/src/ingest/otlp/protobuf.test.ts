import * as fc from "fast-check";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import { decodeOtlpJson } from "./json.ts";
import { MalformedBody, RecordProblem, type ResourceRecords } from "../record.ts";
import { LogsRequest as Request } from "./logs-message.fixture.ts";
import { decodeOtlpProtobuf } from "./protobuf.ts";
import { anyValue, asOtlpJson, attributes, bytes, nanoseconds, text } from "./requests.fixture.ts";

function encode(request: object): Uint8Array {
  return Request.encode(Request.fromObject(request)).finish();
}

const requests = fc.record({
  resourceLogs: fc.array(
    fc.record({
      resource: fc.record({ attributes, droppedAttributesCount: fc.nat() }),
      schemaUrl: text,
      scopeLogs: fc.array(
        fc.record({
          scope: fc.record({ name: text, version: text, attributes }),
          logRecords: fc.array(
            fc.record({
              timeUnixNano: nanoseconds,
              observedTimeUnixNano: nanoseconds,
              severityNumber: fc.integer({ min: 0, max: 24 }),
              severityText: text,
              body: anyValue,
              attributes,
              flags: fc.nat(),
              traceId: bytes(16),
              spanId: bytes(8),
              eventName: text,
              fromTheFuture: text,
            }),
            { maxLength: 4 },
          ),
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
});

test("protobuf decodes to what protobufjs reads and our JSON decoder makes of it", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const encoded = encode(request);
      expect(decodeOtlpProtobuf(encoded)).toEqual(decodeOtlpJson(asOtlpJson(Request, encoded)));
    }),
    { numRuns: 500 },
  );
});

test("times are whole milliseconds of the exact nanoseconds", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1_000_000n, max: 2n ** 64n - 1n }), (time) => {
      const encoded = encode({
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: String(time) }] }] }],
      });
      expect(decodeOtlpProtobuf(encoded)[0]?.records[0]).toMatchObject({ time: Number(time / 1_000_000n) });
    }),
  );
});

test("a truncated or altered body is refused or decoded, and nothing else happens", () => {
  fc.assert(
    fc.property(requests, fc.nat(), fc.nat(255), (request, at, byte) => {
      const encoded = encode(request);
      const altered = encoded.slice();
      if (altered.length > 0) altered[at % altered.length] = byte;
      for (const body of [encoded.slice(0, at % (encoded.length + 1)), altered]) decodeOrRefuse(body);
    }),
    { numRuns: 2000 },
  );
});

test("random bytes are refused or decoded, and nothing else happens", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
      decodeOrRefuse(body);
    }),
    { numRuns: 5000 },
  );
});

function decodeOrRefuse(body: Uint8Array): ResourceRecords[] | undefined {
  try {
    return decodeOtlpProtobuf(body);
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error;
    return undefined;
  }
}

test("an empty body is a request without records", () => {
  expect(decodeOtlpProtobuf(new Uint8Array())).toEqual([]);
});

test("a value that nests deeper than the limit is its record's problem alone", () => {
  const nest = (depth: number): object =>
    depth === 0 ? { stringValue: "x" } : { arrayValue: { values: [nest(depth - 1)] } };
  const record = (depth: number) => ({ eventName: "e", attributes: [{ key: "a", value: nest(depth) }] });
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [record(8), record(9), record(30)] }] }] };
  const [first, second, third] = decodeOtlpProtobuf(encode(request))[0]?.records ?? [];
  expect(first).not.toBeInstanceOf(RecordProblem);
  expect(second).toBeInstanceOf(RecordProblem);
  expect(third).toBeInstanceOf(RecordProblem);
});

test("a body of traces is no logs request", () => {
  // ExportTraceServiceRequest: resource_spans 1 { scope_spans 2 { spans 2 { trace_id 1, span_id 2, name 5 } } }
  const Span = protobuf
    .parse(`syntax = "proto3";
    message Traces { repeated ResourceSpans resource_spans = 1; }
    message ResourceSpans { repeated ScopeSpans scope_spans = 2; }
    message ScopeSpans { repeated Span spans = 2; }
    message Span { bytes trace_id = 1; bytes span_id = 2; string name = 5; }`)
    .root.lookupType("Traces");
  const span = { traceId: new Uint8Array(16).fill(7), spanId: new Uint8Array(8).fill(7), name: "GET /" };
  const body = Span.encode(
    Span.fromObject({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  ).finish();
  expect(() => decodeOtlpProtobuf(body)).toThrow(MalformedBody);
});
