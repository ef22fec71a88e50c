import { LIMITS } from "@voxloop/contract";
import type { PbfReader } from "pbf";
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
import {
  BYTES,
  expectType,
  FIXED64,
  messageEnd,
  openReader,
  readFields,
  readHex,
  readInt64,
  readMilliseconds,
  readText,
  VARINT,
} from "./wire.ts";

interface Budget {
  resources: number;
  records: number;
}

/**
 * Decodes an ExportLogsServiceRequest (opentelemetry/proto/collector/logs/v1/logs_service.proto). A record that does not
 * decode is a problem of its own; a broken envelope, or a body in which no record decodes, is malformed.
 */
export function decodeOtlpProtobuf(body: Uint8Array): ResourceLogs[] {
  const request: ResourceLogs[] = [];
  const budget = { resources: LIMITS.recordsPerRequest, records: LIMITS.recordsPerRequest };
  try {
    const pbf = openReader(body);
    readFields(pbf, body.length, (field, type) => {
      if (field !== 1) return false;
      if (--budget.resources < 0) throw new TooManyRecords();
      request.push(readResourceLogs(pbf, messageEnd(pbf, { end: body.length, type }), budget));
      return true;
    });
  } catch (error) {
    if (error instanceof TooManyRecords) throw error;
    throw new MalformedOtlp(`the body cannot be decoded: ${(error as Error).message}`);
  }
  if (body.length > 0 && request.length === 0) throw new MalformedOtlp("the body has no resource_logs");
  const records = request.flatMap((resourceLogs) => resourceLogs.records);
  const [first] = records;
  if (first instanceof RecordProblem && records.every((record) => record instanceof RecordProblem))
    throw new MalformedOtlp(`no record can be decoded: ${first.message}`);
  return request;
}

function readResourceLogs(pbf: PbfReader, end: number, budget: Budget): ResourceLogs {
  const resourceLogs: ResourceLogs = { resource: new Map(), records: [] };
  readFields(pbf, end, (field, type) => {
    if (field === 1) {
      const resourceEnd = messageEnd(pbf, { end, type });
      resourceLogs.resource = contained(pbf, resourceEnd, () => readResource(pbf, resourceEnd));
    } else if (field === 2) readScopeLogs(pbf, messageEnd(pbf, { end, type }), { budget, resourceLogs });
    return field === 1 || field === 2;
  });
  return resourceLogs;
}

function readScopeLogs(
  pbf: PbfReader,
  end: number,
  { budget, resourceLogs }: { budget: Budget; resourceLogs: ResourceLogs },
): void {
  readFields(pbf, end, (field, type) => {
    if (field !== 2) return false;
    if (--budget.records < 0) throw new TooManyRecords();
    const recordEnd = messageEnd(pbf, { end, type });
    resourceLogs.records.push(contained(pbf, recordEnd, () => readRecord(pbf, recordEnd)));
    return true;
  });
}

/** Decodes a message whose bounds are sound, so that what is wrong inside stays inside. */
function contained<Result>(pbf: PbfReader, end: number, read: () => Result): Result | RecordProblem {
  const result = orProblem(() => {
    try {
      return read();
    } catch (error) {
      if (error instanceof RecordProblem) throw error;
      // pbf's own: a varint of more than ten bytes, or a read past the end.
      throw new RecordProblem(`it is not a protobuf message: ${(error as Error).message}`);
    }
  });
  pbf.pos = end;
  return result;
}

function readResource(pbf: PbfReader, end: number): Attributes {
  const attributes: Attributes = new Map();
  readFields(pbf, end, (field, type) => {
    if (field === 1) readKeyValue(pbf, messageEnd(pbf, { end, type }), { into: attributes, depth: 0 });
    return field === 1;
  });
  return attributes;
}

function readRecord(pbf: PbfReader, end: number): LogRecord {
  const record = emptyRecord();
  readFields(pbf, end, (field, type) => {
    if (field === 5) record.body = readAnyValue(pbf, messageEnd(pbf, { end, type }), 0);
    else if (field === 6)
      readKeyValue(pbf, messageEnd(pbf, { end, type }), { into: record.attributes, depth: 0 });
    else return readRecordScalar(pbf, { record, field, type });
    return true;
  });
  return record;
}

function readRecordScalar(
  pbf: PbfReader,
  { record, field, type }: { record: LogRecord; field: number; type: number },
): boolean {
  const scalar = RECORD_SCALARS[field];
  if (scalar === undefined) return false;
  expectType(type, scalar.type);
  scalar.read(pbf, record);
  return true;
}

const RECORD_SCALARS: Record<number, { type: number; read: (pbf: PbfReader, record: LogRecord) => void }> = {
  1: { type: FIXED64, read: (pbf, record) => (record.time = readMilliseconds(pbf)) },
  3: { type: BYTES, read: (pbf, record) => (record.severityText = readText(pbf)) },
  9: { type: BYTES, read: (pbf, record) => (record.traceId = readHex(pbf, { bytes: 16, name: "trace_id" })) },
  10: { type: BYTES, read: (pbf, record) => (record.spanId = readHex(pbf, { bytes: 8, name: "span_id" })) },
  11: { type: FIXED64, read: (pbf, record) => (record.observedTime = readMilliseconds(pbf)) },
  12: { type: BYTES, read: (pbf, record) => (record.eventName = readText(pbf)) },
};

function readKeyValue(
  pbf: PbfReader,
  end: number,
  { into, depth }: { into: Attributes; depth: number },
): void {
  let key = "";
  let value: Value = null;
  readFields(pbf, end, (field, type) => {
    if (field === 1) {
      expectType(type, BYTES);
      key = readText(pbf);
    } else if (field === 2) value = readAnyValue(pbf, messageEnd(pbf, { end, type }), depth);
    return field === 1 || field === 2;
  });
  into.set(key, value);
}

function readAnyValue(pbf: PbfReader, end: number, depth: number): Value {
  if (depth > LIMITS.nestingDepth) throw new RecordProblem("a value nests too deep");
  let value: Value = null;
  readFields(pbf, end, (field, type) => {
    if (field === 5) value = readArray(pbf, messageEnd(pbf, { end, type }), depth + 1);
    else if (field === 6) value = readKeyValueList(pbf, messageEnd(pbf, { end, type }), depth + 1);
    else {
      const scalar = VALUE_SCALARS[field];
      if (scalar === undefined) return false;
      expectType(type, scalar.type);
      value = scalar.read(pbf);
    }
    return true;
  });
  return value;
}

const VALUE_SCALARS: Record<number, { type: number; read: (pbf: PbfReader) => Value }> = {
  1: { type: BYTES, read: readText },
  2: { type: VARINT, read: (pbf) => pbf.readBoolean() },
  3: { type: VARINT, read: readInt64 },
  4: { type: FIXED64, read: (pbf) => pbf.readDouble() },
  7: { type: BYTES, read: (pbf) => Buffer.from(pbf.readBytes()).toString("base64") },
};

function readArray(pbf: PbfReader, end: number, depth: number): Value[] {
  const values: Value[] = [];
  readFields(pbf, end, (field, type) => {
    if (field === 1) values.push(readAnyValue(pbf, messageEnd(pbf, { end, type }), depth));
    return field === 1;
  });
  return values;
}

function readKeyValueList(pbf: PbfReader, end: number, depth: number): Value {
  const pairs: Attributes = new Map();
  readFields(pbf, end, (field, type) => {
    if (field === 1) readKeyValue(pbf, messageEnd(pbf, { end, type }), { into: pairs, depth });
    return field === 1;
  });
  // `fromEntries` defines properties, so that a key such as `__proto__` is only a key.
  return Object.fromEntries(pairs);
}
