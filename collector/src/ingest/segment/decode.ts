import { ATTR, LIMITS } from "@voxloop/contract";
import { dateOf, type Fields, isFields, parseJson, recordFields } from "../json-fields.ts";
import {
  type Attributes,
  type LogRecord,
  MalformedBody,
  orProblem,
  RecordProblem,
  type ResourceRecords,
  TooManyRecords,
} from "../record.ts";
import { type Envelope, recordOf, type SegmentType } from "./record-of.ts";

/** Decodes the body of `/v1/batch`: calls of any type, each with its `type`. */
export function decodeSegmentBatch(body: Uint8Array): ResourceRecords[] {
  const request = requestOf(body);
  const { batch } = request;
  if (!Array.isArray(batch)) throw new MalformedBody("batch is not an array");
  if (batch.length > LIMITS.recordsPerRequest) throw new TooManyRecords();
  const envelope = envelopeOf(request);
  return byApp(batch.map((item: unknown) => orProblem(() => recordOf(item, envelope))));
}

/** The decoder of a call that has an address of its own, such as `/v1/track`. */
export function decodeSegmentCall(type: SegmentType): (body: Uint8Array) => ResourceRecords[] {
  return (body) => {
    const request = requestOf(body);
    return byApp([orProblem(() => recordOf(request, { type }))]);
  };
}

/** The write key that a body carries, or undefined when it has none. */
export function segmentKeyOf(body: Uint8Array): string | undefined {
  try {
    const { writeKey } = requestOf(body);
    return typeof writeKey === "string" ? writeKey : undefined;
  } catch (error) {
    if (error instanceof MalformedBody) return undefined;
    throw error;
  }
}

function requestOf(body: Uint8Array): Fields {
  const request = parseJson(body);
  if (!isFields(request)) throw new MalformedBody("the body is not a JSON object");
  return request;
}

function envelopeOf(request: Fields): Envelope {
  const envelope = orProblem(() => ({
    sentAt: dateOf(request, "sentAt"),
    context: recordFields(request["context"] ?? {}, "context"),
  }));
  if (envelope instanceof RecordProblem) throw new MalformedBody(envelope.message);
  return envelope;
}

const APP = [ATTR.serviceName, ATTR.serviceVersion, "telemetry.sdk.name", "telemetry.sdk.version"];

/** Calls one after another of the same app become records of one resource, which is what an app is in OTLP. */
function byApp(records: readonly (LogRecord | RecordProblem)[]): ResourceRecords[] {
  const groups: (ResourceRecords & { app: string })[] = [];
  for (const record of records) {
    const resource = record instanceof RecordProblem ? undefined : takeApp(record.attributes);
    const app = resource && JSON.stringify([...resource]);
    const last = groups.at(-1);
    if (last !== undefined && (app === undefined || app === last.app)) last.records.push(record);
    else groups.push({ resource: resource ?? new Map(), app: app ?? "", records: [record] });
  }
  return groups;
}

function takeApp(attributes: Attributes): Attributes {
  const app: Attributes = new Map();
  for (const name of APP) {
    const value = attributes.get(name);
    if (value !== undefined) app.set(name, value);
    attributes.delete(name);
  }
  return app;
}
