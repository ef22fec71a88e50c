import type { RedactionRule } from "@voxloop/warehouse";

export type Rejection =
  | "unauthorized"
  | "forbidden_origin"
  | "unsupported"
  | "too_large"
  | "malformed"
  | "interrupted"
  | "rate_limited"
  | "quota_exceeded"
  | "invalid_record"
  | "forbidden_environment"
  | "without_consent"
  | "discarded_error"
  | "spool_full"
  | "unavailable"
  | "internal";

/** Counted since the start. `invalid_record`, `forbidden_environment`, `without_consent` and `discarded_error` count records, every other rejection counts requests. */
export interface Counters {
  accepted: number;
  rejected: Record<Rejection, number>;
  redacted: Record<RedactionRule, number>;
  /** Events of bots, which are kept with a mark. */
  bots: number;
  drained: number;
  insertErrors: number;
  poisoned: number;
}

export function createCounters(): Counters {
  return {
    accepted: 0,
    rejected: {
      unauthorized: 0,
      forbidden_origin: 0,
      unsupported: 0,
      too_large: 0,
      malformed: 0,
      interrupted: 0,
      rate_limited: 0,
      quota_exceeded: 0,
      invalid_record: 0,
      forbidden_environment: 0,
      without_consent: 0,
      discarded_error: 0,
      spool_full: 0,
      unavailable: 0,
      internal: 0,
    },
    redacted: {
      query: 0,
      token: 0,
      secret: 0,
      email: 0,
      resident_id: 0,
      card: 0,
      iban: 0,
      account: 0,
      phone: 0,
    },
    bots: 0,
    drained: 0,
    insertErrors: 0,
    poisoned: 0,
  };
}
