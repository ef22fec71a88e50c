import { LIMITS } from "@voxloop/contract";
import { fieldsOf, isFields, listOf, recordFields } from "../json-fields.ts";
import { attributesOf } from "./json-values.ts";
import { MalformedBody, orProblem, TooManyRecords, type LogRecord, type ResourceRecords } from "../record.ts";

/** What differs between the requests of OTLP's signals: the names of the three lists, and what one item becomes. */
export interface JsonSignal {
  resources: string;
  scopes: string;
  items: string;
  readItem: (item: unknown) => LogRecord | LogRecord[];
}

/**
 * Decodes a parsed export request in OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): lowerCamelCase
 * names, ids in hex, 64-bit integers as text or number; unknown fields are skipped and null is absent.
 */
export function decodeJsonRequest(request: unknown, signal: JsonSignal): ResourceRecords[] {
  if (!isFields(request)) throw new MalformedBody("the body is not a JSON object");
  if (request[signal.resources] == null && Object.keys(request).length > 0)
    throw new MalformedBody(
      `the body has no ${signal.resources}, only ${Object.keys(request).slice(0, 3).join(", ")}`,
    );
  const reading = { signal, recordsLeft: LIMITS.recordsPerRequest };
  return listOf(request[signal.resources], signal.resources).map((item, index) => {
    const at = `${signal.resources}[${index}]`;
    const fields = fieldsOf(item, at);
    const resource = orProblem(() =>
      attributesOf(recordFields(fields["resource"] ?? {}, "the resource")["attributes"], 0),
    );
    const scopes = listOf(fields[signal.scopes], `${at}.${signal.scopes}`);
    const records = scopes.flatMap((scope, scopeIndex) =>
      readScope(scope, `${at}.${signal.scopes}[${scopeIndex}]`, reading),
    );
    return { resource, records, scope: scopeOf(scopes) };
  });
}

/** It says which SDK sends and is no part of an event, so a wrong one is as good as none. */
function scopeOf(scopes: readonly unknown[]): ResourceRecords["scope"] {
  const found = scopes.map((item) => (isFields(item) ? item["scope"] : undefined)).find(isFields);
  return found && { name: textOrNone(found["name"]), version: textOrNone(found["version"]) };
}

function textOrNone(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function readScope(
  scope: unknown,
  at: string,
  reading: { signal: JsonSignal; recordsLeft: number },
): ResourceRecords["records"] {
  const { signal } = reading;
  const items = listOf(fieldsOf(scope, at)[signal.items], `${at}.${signal.items}`);
  const spend = (records: number) => {
    reading.recordsLeft -= records;
    if (reading.recordsLeft < 0) throw new TooManyRecords();
  };
  spend(items.length);
  const records = items.map((item) => orProblem(() => signal.readItem(item)));
  for (const record of records) if (Array.isArray(record)) spend(Math.max(0, record.length - 1));
  return records;
}
