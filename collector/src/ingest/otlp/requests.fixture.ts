import * as fc from "fast-check";
import type { Type } from "protobufjs";

/** Of opentelemetry-proto 1.9 (resource/v1, common/v1): the messages that the requests of all signals share. */
export const SHARED_MESSAGES = `
  message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
  message InstrumentationScope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
  message AnyValue { oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
    ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
  message KeyValue { string key = 1; AnyValue value = 2; }
`;

export const text = fc.string({ unit: "grapheme", maxLength: 30 });
export const nanoseconds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
export const bytes = (length: number) =>
  fc.oneof(
    fc.constant(new Uint8Array()),
    fc.constant(new Uint8Array(length)),
    fc.uint8Array({ minLength: length, maxLength: length }),
  );
const tied = fc.letrec<{ anyValue: object; keyValue: object }>((tie) => ({
  anyValue: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }),
    fc.record({ intValue: fc.integer() }),
    fc.record({ doubleValue: fc.double().map((value) => value || 0) }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 20 }) }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie("anyValue"), { maxLength: 4 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie("keyValue"), { maxLength: 4 }) }) }),
  ),
  keyValue: fc.record({ key: text, value: tie("anyValue") }),
}));
export const anyValue = tied.anyValue;
export const attributes = fc.array(tied.keyValue, { maxLength: 5 });

/** OTLP/JSON of what protobufjs decodes: hex ids where protobuf's own JSON has base64. */
export function asOtlpJson(type: Type, encoded: Uint8Array): Uint8Array {
  const object = type.toObject(type.decode(encoded), { longs: String, bytes: String, json: true });
  const json = JSON.stringify(object, (name, value: unknown) =>
    (name === "traceId" || name === "spanId") && typeof value === "string"
      ? Buffer.from(value, "base64").toString("hex")
      : value,
  );
  return Buffer.from(json);
}
