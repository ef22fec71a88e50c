import type { Rejection } from "../counters.ts";
import type { RecordRejection } from "./record.ts";

type Reason = Exclude<Rejection, RecordRejection>;

/** The HTTP status of a refused request, and after how many seconds the same one may succeed; without, it never will. */
const ANSWERS: Record<
  Reason,
  { status: 400 | 401 | 403 | 413 | 415 | 429 | 500 | 503; retryAfterSeconds?: number }
> = {
  unauthorized: { status: 401 },
  forbidden_origin: { status: 403 },
  unsupported: { status: 415 },
  too_large: { status: 413 },
  malformed: { status: 400 },
  // Its sender is gone, and does not see it.
  interrupted: { status: 400 },
  // When again, the limit knows.
  rate_limited: { status: 429 },
  quota_exceeded: { status: 429 },
  spool_full: { status: 503, retryAfterSeconds: 10 },
  unavailable: { status: 503, retryAfterSeconds: 5 },
  internal: { status: 500 },
};

/** Why a whole request is refused, in words for its sender. */
export class Refused extends Error {
  readonly reason: Reason;
  /** Seconds; undefined when the same request can never succeed. */
  readonly retryAfterSeconds: number | undefined;
  readonly #headers: Record<string, string>;

  constructor(
    reason: Reason,
    message: string,
    options: ErrorOptions & { retryAfterSeconds?: number; headers?: Record<string, string> } = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.retryAfterSeconds = options.retryAfterSeconds ?? ANSWERS[reason].retryAfterSeconds;
    this.#headers = options.headers ?? {};
  }

  get status(): (typeof ANSWERS)[Reason]["status"] {
    return ANSWERS[this.reason].status;
  }

  /** Header fields of the answer, whatever its protocol. */
  get headers(): Record<string, string> {
    return {
      ...(this.retryAfterSeconds !== undefined && { "Retry-After": String(this.retryAfterSeconds) }),
      ...(this.status === 401 && { "WWW-Authenticate": "Bearer" }),
      ...this.#headers,
    };
  }
}
