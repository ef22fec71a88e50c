import { LIMITS } from "@voxloop/contract";
import { MalformedBody, RecordProblem, TooManyRecords, type Value } from "./record.ts";

/** A JSON object whose fields nobody has looked at yet. */
export type Fields = Record<string, unknown>;

/** Lists and objects of one body. A request of ten thousand large records has fewer, and this many take 150 MB to hold. */
const CONTAINERS_MAX = 1_000_000;

/** Reads a body of JSON; throws a MalformedBody when it is none. */
export function parseJson(body: Uint8Array): unknown {
  if (body.length > CONTAINERS_MAX) assertFewContainers(body);
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8"));
  } catch (error) {
    throw new MalformedBody(`the body is not JSON: ${(error as Error).message}`);
  }
}

/** A body of nothing but brackets packs into 16 KiB, and to parse it takes seconds and a gigabyte. */
function assertFewContainers(body: Uint8Array): void {
  let containers = 0;
  for (const byte of body) if (byte === OPEN_LIST || byte === OPEN_OBJECT) containers += 1;
  if (containers > CONTAINERS_MAX) throw new TooManyRecords();
}

const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list that a body needs to be read at all; absent or null is empty. */
export function listOf(value: unknown, at: string): unknown[] {
  if (value == null) return [];
  if (!Array.isArray(value)) throw new MalformedBody(`${at} is not an array`);
  return value;
}

export function fieldsOf(value: unknown, at: string): Fields {
  if (!isFields(value)) throw new MalformedBody(`${at} is not an object`);
  return value;
}

export function recordFields(value: unknown, at: string): Fields {
  if (!isFields(value)) throw new RecordProblem(`${at} is not an object`);
  return value;
}

/** A field of text; "" when it is absent or null. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name] ?? "";
  if (typeof value !== "string") throw new RecordProblem(`${name} is not text`);
  return value;
}

/** What JSON.parse gives is a value already; only its depth has a limit. */
export function valueOf(json: unknown, depth = 0): Value {
  if (depth > LIMITS.nestingDepth) throw new RecordProblem("a value nests too deep");
  if (typeof json === "object" && json !== null)
    for (const inner of Object.values(json)) valueOf(inner, depth + 1);
  return json as Value;
}

/** A time as ISO 8601 or Unix milliseconds, in milliseconds; undefined when it is absent. */
export function dateOf(fields: Fields, name: string): number | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  const time = typeof value === "string" ? Date.parse(value) : value;
  if (typeof time !== "number" || !Number.isFinite(time))
    throw new RecordProblem(`${name} is neither an ISO 8601 time nor Unix milliseconds`);
  return time;
}
