import { z } from "zod";
import { eventFilter } from "../filters/event-filter.ts";
import { segmentId } from "../filters/segment.ts";
import { shareEstimate } from "../stats/share.ts";
import { period } from "./period.ts";

const breakdown = z.enum(["channel", "audience", "os", "release"]);
export type Breakdown = z.infer<typeof breakdown>;

export const retentionQuery = z.object({
  /** What puts a customer into a cohort; without a name and conditions any event does. */
  start: eventFilter,
  /** What a customer who comes back does. */
  returning: eventFilter,
  /** `first`: a customer is in the cohort of their first start ever; `recurring`: in that of each period with a start. */
  cohort: z.enum(["first", "recurring"]).default("first"),
  period: period.default("week"),
  /** How many periods after its own each cohort is followed. */
  periods: z.number().int().min(1).max(90).default(8),
  /** Tells customers apart by what they started with. */
  breakdown: breakdown.optional(),
  segment: segmentId,
  /** The cohorts are the periods that this range touches, each whole. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type RetentionQuery = z.infer<typeof retentionQuery>;

const day = z.iso.date();

const retentionCell = z.object({
  /** Its first day in the project's time zone. */
  from: day,
  /** A `running` period is not over, so that more may return; one `ahead` has not begun. */
  state: z.enum(["over", "running", "ahead"]),
  /** Customers of the cohort who returned in this period, so far; null ahead. */
  returned: z.number().int().nullable(),
  /** Of the cohort; null unless the period is over. */
  share: shareEstimate.nullable(),
});

const retentionCohort = z.object({
  /** The first day of its period. */
  from: day,
  /** Whether its period is over; else more customers may join. */
  isOver: z.boolean(),
  size: z.number().int(),
  /** The 1st, 2nd, ... period after the cohort's own. */
  periods: z.array(retentionCell),
});

const retentionSegment = z.object({
  /** "" when the starts say nothing; null for all segments that are not told by themselves, together. */
  value: z.string().nullable(),
  /** Its customers in all cohorts. */
  size: z.number().int(),
  totals: z.array(shareEstimate),
});

export const retentionResult = z.object({
  period,
  timeZone: z.string(),
  cohorts: z.array(retentionCohort),
  /** Of the nth period after the start, all cohorts for which it is over, together. */
  totals: z.array(shareEstimate),
  /** The same of each segment, the largest first; empty unless asked for. */
  segments: z.array(retentionSegment),
});
export type RetentionResult = z.infer<typeof retentionResult>;
