import { ATTR } from "@voxloop/contract";
import type { VoxEvent } from "./event.ts";
import { VERSION } from "./version.ts";

type Values = Readonly<Record<string, unknown>>;

/** True for events that carry an error; they are kept longest when the queue is full. */
export function isErrorEvent({ attributes }: { attributes: Values }): boolean {
  return (attributes[ATTR.errorCode] ?? attributes[ATTR.errorType] ?? attributes[ATTR.exceptionType]) != null;
}

/** The trace of a transaction, so that what happens for it elsewhere joins: its id is one, UUIDs being 16 bytes. */
function traceIdOf(transactionId: unknown): string {
  return String(transactionId).replace(/-/g, "");
}

function spanIdOf(traceId: string): string {
  return traceId.slice(16);
}

/** W3C Trace Context; always sampled. */
export function traceparentOf(transactionId: string): string {
  const traceId = traceIdOf(transactionId);
  return `00-${traceId}-${spanIdOf(traceId)}-01`;
}

/** An event in a trace of its own, such as that of the request which a server answers. */
export interface TracedEvent extends VoxEvent {
  trace?: { traceId: string; spanId: string } | undefined;
}

/** One LogRecord in OTLP/JSON. */
export function encodeRecord({ name, time, attributes, trace }: TracedEvent): string {
  const traceId = traceIdOf(attributes[ATTR.transactionId]);
  return JSON.stringify({
    timeUnixNano: `${Math.floor(time)}000000`,
    // OTLP's ERROR and INFO.
    severityNumber: isErrorEvent({ attributes }) ? 17 : 9,
    eventName: name,
    attributes: encodeAttributes(attributes),
    // The app may have named its transaction itself.
    ...(trace ?? (/^[\da-f]{32}$/.test(traceId) && { traceId, spanId: spanIdOf(traceId) })),
  });
}

/** One ExportLogsServiceRequest in OTLP/JSON, of records already encoded. */
export function encodeRequest(resource: Values, records: readonly string[]): string {
  const attributes = JSON.stringify(encodeAttributes(resource));
  return (
    `{"resourceLogs":[{"resource":{"attributes":${attributes}},"scopeLogs":[{"scope":` +
    `{"name":"@voxloop/sdk","version":"${VERSION}"},"logRecords":[${records.join(",")}]}]}]}`
  );
}

function encodeAttributes(values: Values): object[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : { key, value: encodeValue(value) },
  );
}

function encodeValue(value: unknown): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
