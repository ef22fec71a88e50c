import { LIMITS } from "@voxloop/contract";
import { attributesOf, fieldsOf, isFields, listOf, recordFields } from "./json-values.ts";
import { MalformedOtlp, orProblem, TooManyRecords, type LogRecord, type ResourceLogs } from "./logs.ts";

/** What differs between the requests of OTLP's signals: the names of the three lists, and what one item becomes. */
export interface JsonSignal {
  resources: string;
  scopes: string;
  items: string;
  readItem: (item: unknown) => LogRecord | LogRecord[];
}

/**
 * Decodes an export request in OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): lowerCamelCase
 * names, ids in hex, 64-bit integers as text or number; unknown fields are skipped and null is absent.
 */
export function decodeJsonRequest(body: Uint8Array, signal: JsonSignal): ResourceLogs[] {
  const request = parse(body);
  if (!isFields(request)) throw new MalformedOtlp("the body is not a JSON object");
  if (request[signal.resources] == null && Object.keys(request).length > 0)
    throw new MalformedOtlp(
      `the body has no ${signal.resources}, only ${Object.keys(request).slice(0, 3).join(", ")}`,
    );
  const budget = { records: LIMITS.recordsPerRequest };
  return listOf(request[signal.resources], signal.resources).map((item, index) => {
    const where = `${signal.resources}[${index}]`;
    const fields = fieldsOf(item, where);
    const resource = orProblem(() =>
      attributesOf(recordFields(fields["resource"] ?? {}, "the resource")["attributes"], 0),
    );
    const records = listOf(fields[signal.scopes], `${where}.${signal.scopes}`).flatMap(
      (scope, scopeIndex) => {
        const path = `${where}.${signal.scopes}[${scopeIndex}]`;
        const items = listOf(fieldsOf(scope, path)[signal.items], `${path}.${signal.items}`);
        budget.records -= items.length;
        if (budget.records < 0) throw new TooManyRecords();
        const records = items.flatMap((item) => orProblem(() => signal.readItem(item)));
      budget.records -= Math.max(0, records.length - items.length);
      if (budget.records < 0) throw new TooManyRecords();
      return records;
      },
    );
    return { resource, records };
  });
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8"));
  } catch (error) {
    throw new MalformedOtlp(`the body is not JSON: ${(error as Error).message}`);
  }
}
