import { ATTR, LIMITS } from "@voxloop/contract";
import { z } from "zod";
import { dateOf, isFields, parseJson, valueOf } from "../json-fields.ts";
import { decodeParsedLogs } from "../otlp/json.ts";
import {
  type Attributes,
  emptyRecord,
  type LogRecord,
  orProblem,
  RecordProblem,
  type ResourceRecords,
  TooManyRecords,
} from "../record.ts";

/** An event as a person would write it. A name that is none of these is most likely an attribute at the wrong place. */
const flatEvent = z.strictObject({
  event: z.string().min(1),
  /** ISO 8601 or Unix milliseconds. */
  time: z.union([z.string(), z.number()]).nullish(),
  id: z.string().nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});

/** Decodes what a page sends with sendBeacon: a flat event, an array of them, or an OTLP/JSON logs request. */
export function decodeBeacon(body: Uint8Array): ResourceRecords[] {
  const request = parseJson(body);
  if (isFields(request) && request["resourceLogs"] !== undefined) return decodeParsedLogs(request);
  const items: unknown[] = Array.isArray(request) ? request : [request];
  if (items.length > LIMITS.recordsPerRequest) throw new TooManyRecords();
  return [{ resource: new Map(), records: items.map((item) => orProblem(() => recordOf(item))) }];
}

function recordOf(item: unknown): LogRecord {
  const { success, data, error } = flatEvent.safeParse(item);
  if (!success) throw new RecordProblem(describe(error));
  const attributes: Attributes = new Map();
  for (const [name, value] of Object.entries(data.attributes ?? {})) attributes.set(name, valueOf(value));
  if (data.id) attributes.set(ATTR.eventId, data.id);
  return { ...emptyRecord(), eventName: data.event, time: dateOf(data, "time"), attributes };
}

function describe({ issues }: z.ZodError): string {
  const [first] = issues;
  const at = first?.path.join(".") ?? "";
  return at === "" ? (first?.message ?? "it is no event") : `${at}: ${first?.message}`;
}
