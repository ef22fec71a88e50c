import type { Rejection } from "../counters.ts";

type Reason = Exclude<Rejection, "invalid_record">;

/** The HTTP status of a refused request, and after how many seconds the same one may succeed; without, it never will. */
const ANSWERS: Record<Reason, { status: 400 | 401 | 413 | 415 | 500 | 503; retryAfterSeconds?: number }> = {
  unauthorized: { status: 401 },
  unsupported: { status: 415 },
  too_large: { status: 413 },
  malformed: { status: 400 },
  spool_full: { status: 503, retryAfterSeconds: 10 },
  unavailable: { status: 503, retryAfterSeconds: 5 },
  internal: { status: 500 },
};

/** Why a whole request is refused, in words for its sender. */
export class Refused extends Error {
  readonly reason: Reason;
  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }

  get status(): (typeof ANSWERS)[Reason]["status"] {
    return ANSWERS[this.reason].status;
  }

  /** Seconds; undefined when the same request can never succeed. */
  get retryAfterSeconds(): number | undefined {
    return ANSWERS[this.reason].retryAfterSeconds;
  }
}
