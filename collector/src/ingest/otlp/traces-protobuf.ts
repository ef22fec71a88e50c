import type { PbfReader } from "pbf";
import type { ResourceRecords } from "../record.ts";
import { decodeProtobufRequest } from "./protobuf-request.ts";
import { readAttribute } from "./protobuf-values.ts";
import { emptySpan, emptySpanEvent, type Span, type SpanEvent } from "./span.ts";
import { errorsOfSpan } from "./span-errors.ts";
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
  VARINT,
} from "./wire.ts";

/**
 * Decodes an ExportTraceServiceRequest (opentelemetry/proto/collector/trace/v1/trace_service.proto) to the errors that its
 * spans tell of.
 */
export function decodeTracesProtobuf(body: Uint8Array): ResourceRecords[] {
  return decodeProtobufRequest(body, {
    field: "resource_spans",
    readItem: (pbf, end) => errorsOfSpan(readSpan(pbf, end)),
  });
}

function readSpan(pbf: PbfReader, end: number): Span {
  const span = emptySpan();
  readFields(pbf, end, (field, type) => {
    if (field === 9) readAttribute(pbf, messageEnd(pbf, { end, type }), span.attributes);
    else if (field === 11) span.events.push(readSpanEvent(pbf, messageEnd(pbf, { end, type })));
    else if (field === 15) readStatus(pbf, messageEnd(pbf, { end, type }), span);
    else return readScalar(pbf, { scalar: SPAN_SCALARS[field], of: span, type });
    return true;
  });
  return span;
}

function readSpanEvent(pbf: PbfReader, end: number): SpanEvent {
  const event = emptySpanEvent();
  readFields(pbf, end, (field, type) => {
    if (field !== 3) return readScalar(pbf, { scalar: EVENT_SCALARS[field], of: event, type });
    readAttribute(pbf, messageEnd(pbf, { end, type }), event.attributes);
    return true;
  });
  return event;
}

function readStatus(pbf: PbfReader, end: number, span: Span): void {
  readFields(pbf, end, (field, type) => readScalar(pbf, { scalar: STATUS_SCALARS[field], of: span, type }));
}

const SPAN_SCALARS: Record<number, Scalar<Span>> = {
  1: { type: BYTES, read: (pbf, span) => (span.traceId = readHex(pbf, { bytes: 16, name: "trace_id" })) },
  2: { type: BYTES, read: (pbf, span) => (span.spanId = readHex(pbf, { bytes: 8, name: "span_id" })) },
  5: { type: BYTES, read: (pbf, span) => (span.name = readText(pbf)) },
  6: { type: VARINT, read: (pbf, span) => (span.kind = pbf.readVarint(true)) },
  7: { type: FIXED64, read: (pbf, span) => (span.startTime = readMilliseconds(pbf)) },
  8: { type: FIXED64, read: (pbf, span) => (span.endTime = readMilliseconds(pbf)) },
};

const EVENT_SCALARS: Record<number, Scalar<SpanEvent>> = {
  1: { type: FIXED64, read: (pbf, event) => (event.time = readMilliseconds(pbf)) },
  2: { type: BYTES, read: (pbf, event) => (event.name = readText(pbf)) },
};

const STATUS_SCALARS: Record<number, Scalar<Span>> = {
  2: { type: BYTES, read: (pbf, span) => (span.statusMessage = readText(pbf)) },
  3: { type: VARINT, read: (pbf, span) => (span.status = pbf.readVarint(true)) },
};
