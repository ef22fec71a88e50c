import type { Attributes } from "../record.ts";

/** What we read of an OTLP span; times are Unix milliseconds, ids lower-case hex, absent text is "". */
export interface Span {
  traceId: string;
  spanId: string;
  name: string;
  kind: number;
  startTime: number | undefined;
  endTime: number | undefined;
  attributes: Attributes;
  events: SpanEvent[];
  status: number;
  statusMessage: string;
}

export interface SpanEvent {
  time: number | undefined;
  name: string;
  attributes: Attributes;
}

/** Of opentelemetry/proto/trace/v1/trace.proto, by the names that JSON may give in place of the numbers. */
export const SPAN_KINDS: Readonly<Record<string, number>> = {
  SPAN_KIND_UNSPECIFIED: 0,
  SPAN_KIND_INTERNAL: 1,
  SPAN_KIND_SERVER: 2,
  SPAN_KIND_CLIENT: 3,
  SPAN_KIND_PRODUCER: 4,
  SPAN_KIND_CONSUMER: 5,
};

export const STATUS_CODES: Readonly<Record<string, number>> = {
  STATUS_CODE_UNSET: 0,
  STATUS_CODE_OK: 1,
  STATUS_CODE_ERROR: 2,
};

export function emptySpan(): Span {
  return {
    traceId: "",
    spanId: "",
    name: "",
    kind: 0,
    startTime: undefined,
    endTime: undefined,
    attributes: new Map(),
    events: [],
    status: 0,
    statusMessage: "",
  };
}

export function emptySpanEvent(): SpanEvent {
  return { time: undefined, name: "", attributes: new Map() };
}
