import { decodeJsonRequest } from "./json-request.ts";
import { type Fields, parseJson, recordFields, textOf } from "../json-fields.ts";
import { attributesOf, hexOf, timeOf } from "./json-values.ts";
import { RecordProblem, type ResourceRecords } from "../record.ts";
import { SPAN_KINDS, type Span, type SpanEvent, STATUS_CODES } from "./span.ts";
import { errorsOfSpan } from "./span-errors.ts";

/** Decodes an ExportTraceServiceRequest in OTLP/JSON to the errors that its spans tell of. */
export function decodeTracesJson(body: Uint8Array): ResourceRecords[] {
  return decodeJsonRequest(parseJson(body), {
    resources: "resourceSpans",
    scopes: "scopeSpans",
    items: "spans",
    readItem: (item) => errorsOfSpan(spanOf(item)),
  });
}

function spanOf(item: unknown): Span {
  const fields = recordFields(item, "the span");
  const status = recordFields(fields["status"] ?? {}, "its status");
  return {
    traceId: hexOf(fields, { name: "traceId", digits: 32 }),
    spanId: hexOf(fields, { name: "spanId", digits: 16 }),
    name: textOf(fields, "name"),
    kind: enumOf(fields, "kind", SPAN_KINDS),
    startTime: timeOf(fields, "startTimeUnixNano"),
    endTime: timeOf(fields, "endTimeUnixNano"),
    attributes: attributesOf(fields["attributes"], 0),
    events: eventsOf(fields["events"]),
    status: enumOf(status, "code", STATUS_CODES),
    statusMessage: textOf(status, "message"),
  };
}

function eventsOf(list: unknown): SpanEvent[] {
  if (list == null) return [];
  if (!Array.isArray(list)) throw new RecordProblem("its events are not an array");
  return list.map((item: unknown) => {
    const fields = recordFields(item, "a span event");
    return {
      time: timeOf(fields, "timeUnixNano"),
      name: textOf(fields, "name"),
      attributes: attributesOf(fields["attributes"], 0),
    };
  });
}

/** OTLP/JSON has enums as numbers; generic protobuf JSON writers give their names. */
function enumOf(fields: Fields, name: string, values: Readonly<Record<string, number>>): number {
  const value = fields[name] ?? 0;
  if (Number.isSafeInteger(value)) return value as number;
  const number = typeof value === "string" && Object.hasOwn(values, value) ? values[value] : undefined;
  if (number === undefined)
    throw new RecordProblem(`${name} is neither a number nor one of ${Object.keys(values).join(", ")}`);
  return number;
}
