import { LIMITS } from "@voxloop/contract";
import {
  emptyRecord,
  MalformedOtlp,
  orProblem,
  RecordProblem,
  TooManyRecords,
  type Attributes,
  type LogRecord,
  type ResourceLogs,
  type Value,
} from "./logs.ts";

type Fields = Record<string, unknown>;

/**
 * Decodes an ExportLogsServiceRequest in OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding):
 * lowerCamelCase names, ids in hex, 64-bit integers as text or number; unknown fields are skipped and null is absent.
 */
export function decodeOtlpJson(body: Uint8Array): ResourceLogs[] {
  const request = parse(body);
  if (!isFields(request)) throw new MalformedOtlp("the body is not a JSON object");
  if (request["resourceLogs"] == null && Object.keys(request).length > 0)
    throw new MalformedOtlp(
      `the body has no resourceLogs, only ${Object.keys(request).slice(0, 3).join(", ")}`,
    );
  const budget = { records: LIMITS.recordsPerRequest };
  return listOf(request["resourceLogs"], "resourceLogs").map((item, index) => {
    const where = `resourceLogs[${index}]`;
    const fields = fieldsOf(item, where);
    const resource = orProblem(() =>
      attributesOf(recordFields(fields["resource"] ?? {}, "resource")["attributes"], "resource.attributes"),
    );
    const records = listOf(fields["scopeLogs"], `${where}.scopeLogs`).flatMap((scope, scopeIndex) => {
      const path = `${where}.scopeLogs[${scopeIndex}]`;
      const records = listOf(fieldsOf(scope, path)["logRecords"], `${path}.logRecords`);
      budget.records -= records.length;
      if (budget.records < 0) throw new TooManyRecords();
      return records.map((record) => orProblem(() => recordOf(record)));
    });
    return { resource, records };
  });
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw new MalformedOtlp(`the body is not JSON: ${(error as Error).message}`);
  }
}

function recordOf(item: unknown): LogRecord {
  const fields = recordFields(item, "the record");
  return {
    ...emptyRecord(),
    time: timeOf(fields, "timeUnixNano"),
    observedTime: timeOf(fields, "observedTimeUnixNano"),
    eventName: textOf(fields, "eventName"),
    severityText: textOf(fields, "severityText"),
    body: fields["body"] == null ? null : anyValueOf(fields["body"], { at: "body", depth: 0 }),
    attributes: attributesOf(fields["attributes"], "attributes"),
    traceId: hexOf(fields, { name: "traceId", digits: 32 }),
    spanId: hexOf(fields, { name: "spanId", digits: 16 }),
  };
}

function attributesOf(list: unknown, at: string): Attributes {
  const attributes: Attributes = new Map();
  for (const { key, value } of keyValuesOf(list, { at, depth: 0 })) attributes.set(key, value);
  return attributes;
}

interface Place {
  at: string;
  depth: number;
}

function keyValuesOf(list: unknown, { at, depth }: Place): { key: string; value: Value }[] {
  if (list == null) return [];
  if (!Array.isArray(list)) throw new RecordProblem(`${at} is not an array`);
  return list.map((item: unknown) => {
    const fields = recordFields(item, `an item of ${at}`);
    const key = fields["key"] ?? "";
    if (typeof key !== "string") throw new RecordProblem(`a key of ${at} is not text`);
    const value = fields["value"];
    return { key, value: value == null ? null : anyValueOf(value, { at: `${at}.${key}`, depth }) };
  });
}

function anyValueOf(item: unknown, place: Place): Value {
  const { at, depth } = place;
  if (depth > LIMITS.nestingDepth) throw new RecordProblem(`${at.slice(0, 200)} nests too deep`);
  const fields = recordFields(item, at);
  const kind = Object.keys(fields).find((name) => name in KINDS && fields[name] != null);
  return kind === undefined ? null : KINDS[kind as keyof typeof KINDS](fields[kind], place);
}

const KINDS = {
  stringValue(value: unknown, { at }: Place): Value {
    if (typeof value !== "string") throw new RecordProblem(`stringValue of ${at} is not text`);
    return value;
  },
  boolValue(value: unknown, { at }: Place): Value {
    if (typeof value !== "boolean") throw new RecordProblem(`boolValue of ${at} is not true or false`);
    return value;
  },
  intValue(value: unknown, { at }: Place): Value {
    if (Number.isSafeInteger(value)) return value as number;
    if (typeof value !== "string" || !/^-?\d{1,19}$/.test(value))
      throw new RecordProblem(`intValue of ${at} is not a 64-bit integer`);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : BigInt(value).toString();
  },
  doubleValue(value: unknown, { at }: Place): Value {
    if (typeof value === "number") return value;
    if (typeof value !== "string" || !/^(?:NaN|-?Infinity|-?\d[\d.eE+-]*)$/.test(value))
      throw new RecordProblem(`doubleValue of ${at} is not a number`);
    return Number(value);
  },
  bytesValue(value: unknown, { at }: Place): Value {
    if (typeof value !== "string" || !/^[\w+/-]*={0,2}$/.test(value))
      throw new RecordProblem(`bytesValue of ${at} is not base64`);
    return Buffer.from(value, "base64").toString("base64");
  },
  arrayValue(value: unknown, { at, depth }: Place): Value {
    const values = recordFields(value, at)["values"] ?? [];
    if (!Array.isArray(values)) throw new RecordProblem(`arrayValue of ${at} is not an array`);
    return values.map((item: unknown) => (item == null ? null : anyValueOf(item, { at, depth: depth + 1 })));
  },
  kvlistValue(value: unknown, { at, depth }: Place): Value {
    const pairs = keyValuesOf(recordFields(value, at)["values"], { at, depth: depth + 1 });
    // `fromEntries` defines properties, so that a key such as `__proto__` is only a key.
    return Object.fromEntries(pairs.map((pair) => [pair.key, pair.value]));
  },
};

/** OTLP counts nanoseconds in 64 bits; 0 and absence both mean unknown. */
function timeOf(fields: Fields, name: string): number | undefined {
  const value = fields[name] ?? 0;
  if (typeof value === "number" && value >= 0) return Math.floor(value / 1e6) || undefined;
  if (typeof value !== "string" || !/^\d{1,20}$/.test(value))
    throw new RecordProblem(`${name} is not a count of nanoseconds`);
  return Number(value.slice(0, -6)) || undefined;
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name] ?? "";
  if (typeof value !== "string") throw new RecordProblem(`${name} is not text`);
  return value;
}

function hexOf(fields: Fields, { name, digits }: { name: string; digits: number }): string {
  const value = textOf(fields, name).toLowerCase();
  if (value !== "" && !(value.length === digits && /^[0-9a-f]+$/.test(value)))
    throw new RecordProblem(`${name} is not ${digits} hex digits`);
  return /^0*$/.test(value) ? "" : value;
}

function listOf(value: unknown, at: string): unknown[] {
  if (value == null) return [];
  if (!Array.isArray(value)) throw new MalformedOtlp(`${at} is not an array`);
  return value;
}

function fieldsOf(value: unknown, at: string): Fields {
  if (!isFields(value)) throw new MalformedOtlp(`${at} is not an object`);
  return value;
}

function recordFields(value: unknown, at: string): Fields {
  if (!isFields(value)) throw new RecordProblem(`${at} is not an object`);
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
