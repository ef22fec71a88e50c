import { expect, test } from "vitest";
import { decodeOtlpJson } from "./json.ts";
import { type LogRecord, MalformedBody, RecordProblem, TooManyRecords } from "../record.ts";

const decode = (value: unknown) => decodeOtlpJson(Buffer.from(JSON.stringify(value)));
const decodeRecord = (record: unknown) =>
  decode({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })[0]?.records[0];

test("the example of the OTLP specification decodes", () => {
  // https://github.com/open-telemetry/opentelemetry-proto/blob/main/examples/logs.json
  const record = decodeRecord({
    timeUnixNano: "1544712660300000000",
    observedTimeUnixNano: "1544712660300000000",
    severityNumber: 10,
    severityText: "Information",
    traceId: "5B8EFFF798038103D269B633813FC60C",
    spanId: "EEE19B7EC3C1B174",
    body: { stringValue: "Example log record" },
    attributes: [
      { key: "string.attribute", value: { stringValue: "some string" } },
      { key: "boolean.attribute", value: { boolValue: true } },
      { key: "int.attribute", value: { intValue: "10" } },
      { key: "double.attribute", value: { doubleValue: 637.704 } },
      {
        key: "array.attribute",
        value: { arrayValue: { values: [{ stringValue: "many" }, { stringValue: "values" }] } },
      },
      {
        key: "map.attribute",
        value: { kvlistValue: { values: [{ key: "some.map.key", value: { stringValue: "some value" } }] } },
      },
    ],
  });
  expect(record).toEqual({
    time: 1_544_712_660_300,
    observedTime: 1_544_712_660_300,
    eventName: "",
    severityText: "Information",
    body: "Example log record",
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: "eee19b7ec3c1b174",
    attributes: new Map<string, unknown>([
      ["string.attribute", "some string"],
      ["boolean.attribute", true],
      ["int.attribute", 10],
      ["double.attribute", 637.704],
      ["array.attribute", ["many", "values"]],
      ["map.attribute", { "some.map.key": "some value" }],
    ]),
  });
});

test("integers arrive as text or number, exact beyond 53 bits; times too", () => {
  const value = (intValue: unknown) => {
    const record = decodeRecord({ attributes: [{ key: "a", value: { intValue } }] });
    return record instanceof RecordProblem ? record : (record as LogRecord | undefined)?.attributes.get("a");
  };
  expect(value(7)).toBe(7);
  expect(value("-7")).toBe(-7);
  expect(value("9223372036854775807")).toBe("9223372036854775807");
  expect(value("007x")).toBeInstanceOf(RecordProblem);
  expect(value(1.5)).toBeInstanceOf(RecordProblem);
  expect(decodeRecord({ timeUnixNano: 1_544_712_660_300_000_000 })).toMatchObject({
    time: 1_544_712_660_300,
  });
});

test("unknown fields are skipped and null is absent", () => {
  expect(
    decodeRecord({ eventName: "e", body: null, attributes: null, traceId: null, newField: { a: 1 } }),
  ).toMatchObject({ eventName: "e", body: null, traceId: "" });
  expect(decode({})).toEqual([]);
  expect(decode({ resourceLogs: [] })).toEqual([]);
  expect(decode({ resourceLogs: [{ scopeLogs: [{ logRecords: null }], schemaUrl: "x" }] })).toEqual([
    { resource: new Map(), records: [] },
  ]);
});

test.each([
  ["not JSON", "{", /not JSON/],
  ["empty", "", /not JSON/],
  ["an array", "[]", /not a JSON object/],
  ["text", '"logs"', /not a JSON object/],
  ["null", "null", /not a JSON object/],
  ["another object", '{"resourceSpans":[]}', /no resourceLogs, only resourceSpans/],
  ["no array", '{"resourceLogs":{}}', /resourceLogs is not an array/],
  ["a wrong item", '{"resourceLogs":[1]}', /resourceLogs\[0\] is not an object/],
  [
    "a wrong scope",
    '{"resourceLogs":[{"scopeLogs":[{"logRecords":1}]}]}',
    /scopeLogs\[0\]\.logRecords is not an array/,
  ],
])("a body that is %s is malformed and says why", (_, body, reason) => {
  expect(() => decodeOtlpJson(Buffer.from(body))).toThrow(MalformedBody);
  expect(() => decodeOtlpJson(Buffer.from(body))).toThrow(reason);
});

test.each([
  [7, /record is not an object/],
  [{ eventName: 7 }, /eventName is not text/],
  [{ timeUnixNano: "yesterday" }, /timeUnixNano is not a count/],
  [{ timeUnixNano: -1 }, /timeUnixNano is not a count/],
  [{ attributes: {} }, /attributes are not an array/],
  [{ attributes: [7] }, /an attribute is not an object/],
  [{ attributes: [{ key: "a", value: { stringValue: 7 } }] }, /^a: stringValue is not text/],
  [{ attributes: [{ key: "a", value: { bytesValue: "***" } }] }, /^a: bytesValue is not base64/],
  [{ traceId: "xyz" }, /traceId is not 32 hex digits/],
])("the record %j is a problem of its own that says why", (record, reason) => {
  const problem = decodeRecord(record);
  expect(problem).toBeInstanceOf(RecordProblem);
  expect((problem as Error).message).toMatch(reason);
});

test("more records than the limit are refused", () => {
  const logRecords = Array.from({ length: 10_001 }, () => ({}));
  expect(() => decode({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })).toThrow(TooManyRecords);
});
