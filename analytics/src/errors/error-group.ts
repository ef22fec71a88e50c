import { z } from "zod";
import { sourceFrames } from "../source-maps/source-map.ts";

export const ERROR_RANKS = ["blocked", "customers", "events"] as const;
export const errorRank = z.enum(ERROR_RANKS);
export type ErrorRank = z.infer<typeof errorRank>;

/** A score of customers who met the error against others active on the same flow. Fewer than 30 on a side is "too few". */
export const scoreGap = z.object({
  exposedNps: z.number().nullable(),
  exposedAnswers: z.number().int(),
  otherNps: z.number().nullable(),
  otherAnswers: z.number().int(),
  /** NPS points, exposed minus others; null when either side has no answers. */
  gap: z.number().nullable(),
  /** 95 % interval of the gap; null with `tooFew`. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  tooFew: z.boolean(),
});
export type ScoreGap = z.infer<typeof scoreGap>;

export const errorGroup = z.object({
  fingerprint: z.string(),
  /** From 1; 0 for a group outside the Top-50. */
  rank: z.number().int(),
  code: z.string(),
  type: z.string(),
  flow: z.string(),
  title: z.string(),
  customers: z.number().int(),
  blockedCustomers: z.number().int(),
  blockedTransactions: z.number().int(),
  events: z.number().int(),
  /** Share of all blocked customers of the range, 0-1. */
  blockedShare: z.number(),
  /** In the range of equal length before. */
  previousBlockedCustomers: z.number().int(),
  previousCustomers: z.number().int(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  /** Blocked customers against those of the range before; of an error outside flows, all customers. */
  trend: z.object({
    /** Null when there was none before. */
    ratio: z.number().nullable(),
    /** 99 % interval of `ratio`. `high` null: no end. */
    low: z.number().nullable(),
    high: z.number().nullable(),
    /** `unclear`: chance explains the change. */
    direction: z.enum(["more", "fewer", "unclear"]),
  }),
  /** Affected customers in 24 equal slices of the range. */
  sparkline: z.array(z.number().int()),
  /** `regressed`: its open issue was closed as fixed before; `spiking`: now; `new`: first seen in the range. */
  state: z.enum(["new", "regressed", "spiking", "ongoing"]),
  /** Customers an hour over the last `hours`, and the range they were expected in; null when it does not spike now. */
  spike: z
    .object({
      since: z.iso.datetime(),
      observed: z.number(),
      low: z.number(),
      high: z.number(),
      hours: z.number().int(),
    })
    .nullable(),
  releases: z.array(z.string()),
  /** Where in the app it was met last. */
  page: z.string(),
  step: z.string(),
  issueId: z.string().nullable(),
  /** What apps show to customers who meet it. */
  guidance: z.array(z.object({ id: z.string(), name: z.string() })),
  scores: scoreGap,
  /** Share of comments with negative sentiment among those joined, 0-1; null without comments. */
  negativeShare: z.number().nullable(),
  comments: z.number().int(),
});
export type ErrorGroup = z.infer<typeof errorGroup>;

export const errorTotals = z.object({
  blockedCustomers: z.number().int(),
  blockedTransactions: z.number().int(),
  customersWithErrors: z.number().int(),
  customers: z.number().int(),
  /** Sessions in the range; those without an error are the error-free. */
  sessions: z.number().int(),
  sessionsWithErrors: z.number().int(),
  /** Sessions in which the app ended because of an error, or an exception was caught by nobody. */
  crashedSessions: z.number().int(),
  events: z.number().int(),
  groups: z.number().int(),
  /** Groups that people took out of the list for a time. */
  archivedGroups: z.number().int(),
});

export const errorRanking = z.object({
  items: z.array(errorGroup),
  nextCursor: z.string().nullable(),
  totals: errorTotals,
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type ErrorRanking = z.infer<typeof errorRanking>;

export const errorPoint = z.object({
  time: z.iso.datetime(),
  events: z.number().int(),
  customers: z.number().int(),
  blockedCustomers: z.number().int(),
});

export const segmentShare = z.object({
  property: z.enum(["release", "channel", "audience", "os", "region", "page", "step"]),
  value: z.string(),
  customers: z.number().int(),
  /** Of the group's customers. */
  share: z.number(),
  /**
   * How many times likelier a customer of this value met the error than the others, among those active in the group's
   * flows, with its 95 % interval. Null for pages and steps, and with fewer than 30 customers on either side.
   */
  lift: z.object({ relativeRisk: z.number(), low: z.number(), high: z.number() }).nullable(),
});

export const sampleEvent = z.object({
  eventId: z.string(),
  time: z.iso.datetime(),
  customerId: z.string(),
  sessionId: z.string(),
  release: z.string(),
  page: z.string(),
  step: z.string(),
  message: z.string(),
  stack: z.string(),
  attributes: z.record(z.string(), z.string()),
  traceId: z.string(),
  spanId: z.string(),
});
export type SampleEvent = z.infer<typeof sampleEvent>;

export const joinedVoice = z.object({
  voiceId: z.string(),
  time: z.iso.datetime(),
  score: z.number().nullable(),
  comment: z.string(),
  language: z.string(),
  sentimentLabel: z.string(),
});

export const errorDetail = z.object({
  group: errorGroup,
  series: z.array(errorPoint),
  segments: z.array(segmentShare),
  /**
   * `traceUrl` leads to the project's tracing system, when it has one and the event a trace. `frames` are the calls of the
   * stack in the names of the source, the innermost first; null when no uploaded map covers any.
   */
  samples: z.array(sampleEvent.extend({ traceUrl: z.string().nullable(), frames: sourceFrames })),
  voices: z.array(joinedVoice),
  /** Saved funnels that contain this error's flow. */
  funnels: z.array(z.object({ id: z.string(), name: z.string() })),
  releases: z.array(z.object({ version: z.string(), releasedAt: z.iso.datetime() })),
  /** The group's issues that were open at some time of the range; `to` null: still open. The latest first. */
  incidents: z.array(
    z.object({
      issueId: z.string(),
      number: z.number().int(),
      from: z.iso.datetime(),
      to: z.iso.datetime().nullable(),
    }),
  ),
});
export type ErrorDetail = z.infer<typeof errorDetail>;
