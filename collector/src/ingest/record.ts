/** A value of an attribute, as an OTLP `AnyValue`: bytes as base64, 64-bit integers that JavaScript cannot hold exactly as decimal text. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
export type Attributes = Map<string, Value>;

/** One thing that happened, shaped as an OTLP LogRecord whatever protocol brought it; times are Unix milliseconds, ids lower-case hex, absent text is "". */
export interface LogRecord {
  time: number | undefined;
  observedTime: number | undefined;
  eventName: string;
  severityText: string;
  body: Value;
  attributes: Attributes;
  traceId: string;
  spanId: string;
}

/** Why one record cannot be an event; the others are not concerned. */
export class RecordProblem extends Error {
  readonly rejection: RecordRejection = "invalid_record";
}
/** The record comes from an environment that its write key may not send. */
export class ForbiddenEnvironment extends RecordProblem {
  override readonly rejection = "forbidden_environment";
}
/** The customer did not consent to being observed; nobody is told more of it than that it was. */
export class WithoutConsent extends RecordProblem {
  override readonly rejection = "without_consent";
}
/** The project has said that it does not want this error any more; its sender has done nothing wrong. */
export class Discarded extends RecordProblem {
  override readonly rejection = "discarded_error";
}
export type RecordRejection =
  | "invalid_record"
  | "forbidden_environment"
  | "without_consent"
  | "discarded_error";
/** Records that are dropped without a word to who sent them. */
export const QUIET: ReadonlySet<RecordRejection> = new Set(["without_consent", "discarded_error"]);
/** Why a body is not a request of its format. */
export class MalformedBody extends Error {}
/** More records than one request may carry. */
export class TooManyRecords extends Error {}

export interface ResourceRecords {
  resource: Attributes | RecordProblem;
  /** What made the records, as OTLP's instrumentation scope names it: the first one. */
  scope?: { name: string; version: string } | undefined;
  /** What each item of the request became: of a span any number of events. */
  records: (LogRecord | LogRecord[] | RecordProblem)[];
}

export function emptyRecord(): LogRecord {
  return {
    time: undefined,
    observedTime: undefined,
    eventName: "",
    severityText: "",
    body: null,
    attributes: new Map(),
    traceId: "",
    spanId: "",
  };
}

/** Runs the decoding of one record; what is wrong with it becomes its result. */
export function orProblem<Result>(decode: () => Result): Result | RecordProblem {
  try {
    return decode();
  } catch (error) {
    if (error instanceof RecordProblem) return error;
    throw error;
  }
}
