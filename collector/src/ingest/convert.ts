import { type Compression, unpack } from "./body.ts";
import { DECODERS, type Format } from "./formats.ts";
import { MalformedBody, type ResourceRecords, TooManyRecords } from "./record.ts";
import { Refused } from "./refused.ts";
import { buildRows, type Rows, type RowsContext } from "./rows.ts";

/** What is wrong with one record of a request. */
export interface Problem {
  index: number;
  reason: string;
  /** The record, redacted; of the first few of a request. */
  sample?: string | undefined;
}

export interface Conversion extends Omit<RowsContext, "body"> {
  format: Format;
  /** As it was sent. */
  body: Uint8Array;
  compression: Compression;
}

/** Unpacks and decodes a body and makes rows of it. Throws a Refused when it is none of its format or over a limit. */
export function convert(of: Conversion): Rows {
  const body = unpack(of.body, of.compression);
  return buildRows(decode(of.format, body), { ...of, body });
}

function decode(format: Format, body: Uint8Array): ResourceRecords[] {
  try {
    return DECODERS[format](body);
  } catch (error) {
    if (error instanceof MalformedBody) throw new Refused("malformed", error.message, { cause: error });
    if (error instanceof TooManyRecords)
      throw new Refused("too_large", "the request has too many records", { cause: error });
    throw error;
  }
}

const NAMED_PROBLEMS = 20;

/** The problems of a request in one line for its sender. */
export function describeProblems(problems: readonly Problem[]): string {
  const named = problems.slice(0, NAMED_PROBLEMS).map(({ index, reason }) => `record ${index}: ${reason}`);
  const more = problems.length - named.length;
  return named.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
