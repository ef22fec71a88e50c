import { ATTR } from "@voxloop/contract";
import type { VoxEvent } from "./event.ts";
import { VERSION } from "./version.ts";

type Values = Record<string, string | number | boolean>;

/** True for events that carry an error; they are kept longest when the queue is full. */
export function isErrorEvent({ attributes }: VoxEvent): boolean {
  return ATTR.errorCode in attributes || ATTR.errorType in attributes || ATTR.exceptionType in attributes;
}

/** One LogRecord in OTLP/JSON. */
export function encodeRecord(event: VoxEvent): string {
  return JSON.stringify({
    timeUnixNano: `${Math.floor(event.time)}000000`,
    // OTLP's ERROR and INFO.
    severityNumber: isErrorEvent(event) ? 17 : 9,
    eventName: event.name,
    attributes: encodeAttributes(event.attributes),
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
  return Object.entries(values).map(([key, value]) => ({ key, value: encodeValue(value) }));
}

function encodeValue(value: string | number | boolean): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
