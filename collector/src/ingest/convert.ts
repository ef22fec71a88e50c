import { LIMITS } from "@voxloop/contract";
import {
  createRedactor,
  encodeEvents,
  type NewEvent,
  type RedactionRule,
  TooManyBytes,
} from "@voxloop/warehouse";
import { type Compression, unpack } from "./body.ts";
import { DECODERS, type Format } from "./formats.ts";
import { MalformedBody, TooManyRecords } from "./record.ts";
import { Refused } from "./refused.ts";
import { buildRows, type Problem, type Rows, type RowsContext } from "./rows.ts";

/** A request's body and what is known of it: plain data, since it goes to another thread. */
export interface Conversion extends Omit<RowsContext, "body" | "redactor" | "onSecret"> {
  format: Format;
  /** As it was sent. */
  body: Uint8Array;
  compression: Compression;
}

export interface Converted extends Omit<Rows, "events"> {
  /** The events, or a block of them. */
  content: NewEvent[] | Buffer;
  rows: number;
  /** How much each rule removed. */
  redacted: Partial<Record<RedactionRule, number>>;
}

let redacted: Converted["redacted"] = {};
const count = (rule: RedactionRule) => {
  redacted[rule] = (redacted[rule] ?? 0) + 1;
};
const redactor = createRedactor(count);

/** Unpacks and decodes a body and makes rows of it. Throws a Refused when it is none of its format or over a limit. */
export function convert(of: Conversion): Converted & { content: NewEvent[] } {
  redacted = {};
  try {
    const body = unpack(of.body, of.compression);
    const context = { ...of, body, redactor, onSecret: () => count("secret") };
    const { events, ...rows } = buildRows(DECODERS[of.format](body), context);
    return { ...rows, rows: events.length, content: events, redacted };
  } catch (error) {
    throw refusedOr(error);
  }
}

/** The same, with the events as a block, which another thread can be given. */
export function convertToBlock(of: Conversion): Converted & { content: Buffer } {
  const converted = convert(of);
  try {
    return { ...converted, content: encodeEvents(converted.content, LIMITS.storedBytes) };
  } catch (error) {
    throw refusedOr(error);
  }
}

function refusedOr(error: unknown): unknown {
  const cause = { cause: error };
  if (error instanceof MalformedBody) return new Refused("malformed", error.message, cause);
  if (error instanceof TooManyRecords)
    return new Refused("too_large", "the request has too many records", cause);
  // A few bytes of a resource or a span go with each of its thousands of records.
  if (error instanceof TooManyBytes)
    return new Refused("too_large", `the events of the request are ${error.message}`, cause);
  return error;
}

const NAMED_PROBLEMS = 20;

/** The problems of a request in one line for its sender. */
export function describeProblems(problems: readonly Problem[]): string {
  const named = problems.slice(0, NAMED_PROBLEMS).map(({ index, reason }) => `record ${index}: ${reason}`);
  const more = problems.length - named.length;
  return named.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
