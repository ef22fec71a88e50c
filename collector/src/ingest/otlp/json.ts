import { decodeJsonRequest } from "./json-request.ts";
import { parseJson, recordFields, textOf } from "../json-fields.ts";
import { anyValueOf, attributesOf, hexOf, timeOf } from "./json-values.ts";
import type { LogRecord, ResourceRecords } from "../record.ts";

/** Decodes an ExportLogsServiceRequest in OTLP/JSON. */
export function decodeOtlpJson(body: Uint8Array): ResourceRecords[] {
  return decodeParsedLogs(parseJson(body));
}

/** The same, of a body that has been parsed. */
export function decodeParsedLogs(request: unknown): ResourceRecords[] {
  return decodeJsonRequest(request, {
    resources: "resourceLogs",
    scopes: "scopeLogs",
    items: "logRecords",
    readItem: recordOf,
  });
}

function recordOf(item: unknown): LogRecord {
  const fields = recordFields(item, "the record");
  return {
    time: timeOf(fields, "timeUnixNano"),
    observedTime: timeOf(fields, "observedTimeUnixNano"),
    eventName: textOf(fields, "eventName"),
    severityText: textOf(fields, "severityText"),
    body: fields["body"] == null ? null : anyValueOf(fields["body"], 0),
    attributes: attributesOf(fields["attributes"], 0),
    traceId: hexOf(fields, { name: "traceId", digits: 32 }),
    spanId: hexOf(fields, { name: "spanId", digits: 16 }),
  };
}
