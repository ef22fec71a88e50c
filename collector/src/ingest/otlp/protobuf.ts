import type { PbfReader } from "pbf";
import { emptyRecord, type LogRecord, type ResourceRecords } from "../record.ts";
import { decodeProtobufRequest } from "./protobuf-request.ts";
import { readAnyValue, readAttribute } from "./protobuf-values.ts";
import {
  BYTES,
  FIXED64,
  messageEnd,
  readFields,
  readHex,
  readMilliseconds,
  readScalar,
  readText,
  type Scalar,
} from "./wire.ts";

/** Decodes an ExportLogsServiceRequest (opentelemetry/proto/collector/logs/v1/logs_service.proto). */
export function decodeOtlpProtobuf(body: Uint8Array): ResourceRecords[] {
  return decodeProtobufRequest(body, { field: "resource_logs", readItem: readRecord });
}

function readRecord(pbf: PbfReader, end: number): LogRecord {
  const record = emptyRecord();
  readFields(pbf, end, (field, type) => {
    if (field === 5) record.body = readAnyValue(pbf, messageEnd(pbf, { end, type }), 0);
    else if (field === 6) readAttribute(pbf, messageEnd(pbf, { end, type }), record.attributes);
    else return readScalar(pbf, { scalar: RECORD_SCALARS[field], of: record, type });
    return true;
  });
  return record;
}

const RECORD_SCALARS: Record<number, Scalar<LogRecord>> = {
  1: { type: FIXED64, read: (pbf, record) => (record.time = readMilliseconds(pbf)) },
  3: { type: BYTES, read: (pbf, record) => (record.severityText = readText(pbf)) },
  9: { type: BYTES, read: (pbf, record) => (record.traceId = readHex(pbf, { bytes: 16, name: "trace_id" })) },
  10: { type: BYTES, read: (pbf, record) => (record.spanId = readHex(pbf, { bytes: 8, name: "span_id" })) },
  11: { type: FIXED64, read: (pbf, record) => (record.observedTime = readMilliseconds(pbf)) },
  12: { type: BYTES, read: (pbf, record) => (record.eventName = readText(pbf)) },
};
