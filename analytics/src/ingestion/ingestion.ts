import { z } from "zod";

/** The same words in the languages of the dashboard. */
const said = z.object({ en: z.string(), "zh-CN": z.string() });
export type Said = z.infer<typeof said>;

/** Requests or records refused for one reason. */
export const reject = z.object({
  reason: z.string(),
  /** What exactly was wrong, as the sender was told; "" where the reason says all. */
  detail: z.string(),
  /** Records for `invalid_record`, `forbidden_environment`, `without_consent` and `discarded_error`, requests for every other reason. */
  count: z.number().int(),
  lastAt: z.iso.datetime(),
  /** Beginnings of the write keys that were used. */
  keyHints: z.array(z.string()),
  /** One of the records as JSON, redacted and cut to 500 characters; "" when there is none to show. */
  sample: z.string(),
  /** How to mend it. */
  advice: said,
});
export type Reject = z.infer<typeof reject>;

const counted = z.object({ name: z.string(), count: z.number().int(), lastAt: z.iso.datetime() });

/** What the collectors took in and refused in a range of arrival times. */
export const ingestion = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** When the newest event of the last 30 days arrived, whatever the range. */
  lastEventAt: z.iso.datetime().nullable(),
  accepted: z.number().int(),
  rejectedRecords: z.number().int(),
  rejectedRequests: z.number().int(),
  /** Equal slices of the range. */
  series: z.array(
    z.object({ time: z.iso.datetime(), accepted: z.number().int(), rejected: z.number().int() }),
  ),
  rejects: z.array(reject),
  /** Values removed, by rule. */
  redactions: z.array(counted),
  /** Events marked and kept, by mark. */
  flagged: z.array(counted),
  /** Events that SDKs say never left them, by reason. */
  dropped: z.array(counted),
  sources: z.array(
    z.object({
      service: z.string(),
      version: z.string(),
      /** As it names itself in `telemetry.sdk.name` or `telemetry.distro.name`; "" when it does not. */
      sdk: z.string(),
      sdkVersion: z.string(),
      accepted: z.number().int(),
      lastAt: z.iso.datetime(),
    }),
  ),
  /** The most frequent event names. */
  events: z.array(counted),
});
export type Ingestion = z.infer<typeof ingestion>;

/** One event as it landed. */
export const liveEvent = z.object({
  eventId: z.string(),
  name: z.string(),
  time: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  customerId: z.string(),
  sessionId: z.string(),
  service: z.string(),
  version: z.string(),
  page: z.string(),
  flow: z.string(),
  outcome: z.string(),
  errorCode: z.string(),
  errorType: z.string(),
  errorMessage: z.string(),
  attributes: z.record(z.string(), z.string()),
});
export type LiveEvent = z.infer<typeof liveEvent>;

/** What one look found; `skipped` arrived as well and are too many to show, those sent twice counted twice. */
export const liveBatch = z.object({ events: z.array(liveEvent), skipped: z.number().int() });
export type LiveBatch = z.infer<typeof liveBatch>;
