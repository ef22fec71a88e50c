import { ATTR, EVENT } from "@voxloop/contract";
import { emptyRecord, RecordProblem, type Attributes, type LogRecord } from "../record.ts";
import { describeRequest, failureOf } from "./failed-request.ts";
import type { Span, SpanEvent } from "./span.ts";

/**
 * The error events that a span tells of: each of its exceptions; else, if it is a request that failed, that. Their ids come
 * from the span's, so that an export that is sent again counts once. Throws a RecordProblem when the span has no ids.
 */
export function errorsOfSpan(span: Span): LogRecord[] {
  if (span.traceId === "" || span.spanId === "")
    throw new RecordProblem("the span has no traceId or no spanId");
  const exceptions = span.events.filter(({ name }) => name === EVENT.exception);
  if (exceptions.length > 0) return exceptions.map((event, index) => exceptionRecord(span, event, index));
  const failure = failureOf(span);
  return failure === undefined ? [] : [failureRecord(span, failure)];
}

function exceptionRecord(span: Span, event: SpanEvent, index: number): LogRecord {
  const attributes = new Map([...span.attributes, ...event.attributes]);
  // The span's error type is that of the request as a whole, often a status code; the exception has its own.
  if (event.attributes.has(ATTR.exceptionType) && !event.attributes.has(ATTR.errorType))
    attributes.delete(ATTR.errorType);
  else if (!attributes.has(ATTR.errorType)) attributes.set(ATTR.errorType, UNKNOWN_TYPE);
  const time = event.time ?? span.endTime ?? span.startTime;
  return recordOf(span, { eventName: EVENT.exception, time, attributes, id: String(index) });
}

function failureRecord(span: Span, errorType: string): LogRecord {
  const attributes = describeRequest(span);
  attributes.set(ATTR.errorType, errorType);
  const time = span.endTime ?? span.startTime;
  const record = recordOf(span, { eventName: EVENT.requestFailed, time, attributes, id: "request" });
  if (span.statusMessage !== "") record.body = span.statusMessage;
  return record;
}

/** What semantic conventions call an error whose type nobody knows. */
const UNKNOWN_TYPE = "_OTHER";

function recordOf(
  { traceId, spanId, name }: Span,
  of: { eventName: string; time: number | undefined; attributes: Attributes; id: string },
): LogRecord {
  const { eventName, time, attributes } = of;
  attributes.set(ATTR.eventId, `${traceId}-${spanId}-${of.id}`);
  if (name !== "") attributes.set(ATTR.spanName, name);
  return { ...emptyRecord(), eventName, time, attributes, traceId, spanId };
}
