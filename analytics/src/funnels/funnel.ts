import { z } from "zod";
import { eventWhere } from "../filters/event-filter.ts";
import { segmentId } from "../filters/segment.ts";

const MOST_SECONDS = 31_536_000;
const seconds = z.number().int().min(1).max(MOST_SECONDS);
const property = z.string().min(1).max(200);
const eventOfStep = z.object({
  event: z.string().min(1).max(128),
  /** Of an event's columns or attributes, e.g. `{"vox.flow": "transfer", "vox.outcome": "succeeded"}`. */
  where: eventWhere.optional(),
});

export const funnelStep = eventOfStep.extend({
  label: z.string().max(80).optional(),
  /** Whether the steps after it count without it. */
  optional: z.boolean().optional(),
  /** Time since the reached step before it. */
  withinSeconds: seconds.optional(),
});
export type FunnelStep = z.infer<typeof funnelStep>;

/** Steps count from 1: removes who does it after `fromStep` and before `toStep`. */
const exclusion = eventOfStep.extend({
  fromStep: z.number().int().min(1),
  toStep: z.number().int().min(2),
});
export type Exclusion = z.infer<typeof exclusion>;

export const funnelDefinition = z.object({
  steps: z.array(funnelStep).min(2).max(20),
  /** `strict`: no other event between steps; `any`: whichever comes first. */
  order: z.enum(["ordered", "strict", "any"]).default("ordered"),
  /** Time from step 1 within which the last step must happen. */
  windowSeconds: seconds.default(86_400),
  unit: z.enum(["customer", "session"]).default("customer"),
  exclude: z.array(exclusion).max(10).optional(),
  /** A property that is equal at all steps, e.g. `vox.transaction.id`. */
  hold: property.optional(),
  /** Whether only the first event of step 1 that a unit ever had starts the funnel. */
  firstEver: z.boolean().optional(),
  /** By what a property is at step 1: the values that most start with, and all others together. */
  breakdown: z.object({ property, limit: z.number().int().min(1).max(25).default(5) }).optional(),
});
export type FunnelDefinition = z.infer<typeof funnelDefinition>;

export const funnelQuery = funnelDefinition.extend({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Whether to tell of the range of equal length before this one too. */
  compare: z.boolean().optional(),
  /** Whether to tell how long those who did all steps took. */
  histogram: z.boolean().optional(),
  /** By the day or hour of step 1 in the project's time zone. */
  trend: z.enum(["day", "hour"]).optional(),
});
export type FunnelQuery = z.infer<typeof funnelQuery>;

export const funnelQuestion = funnelQuery.extend({ segment: segmentId });

/** Of the last step, which leads nowhere, only `entered` and the times say something. */
export const funnelStepResult = z.object({
  event: z.string(),
  label: z.string(),
  entered: z.number().int(),
  continued: z.number().int(),
  /** Did not continue and cannot any more. */
  dropped: z.number().int(),
  /** Did not continue yet, but the window is still open. */
  stillInWindow: z.number().int(),
  /** Did not continue for an excluded event. */
  excluded: z.number().int(),
  /** continued / (entered - stillInWindow - excluded); null when nobody can be judged yet. */
  conversion: z.number().nullable(),
  /** From the step before, over the units that reached this one. */
  medianSeconds: z.number().nullable(),
  p90Seconds: z.number().nullable(),
});

const funnelCounts = z.object({
  steps: z.array(funnelStepResult),
  /** Units that did all steps / units that entered step 1 and can be judged. */
  conversion: z.number().nullable(),
});
export type FunnelCounts = z.infer<typeof funnelCounts>;

const funnelPoint = z.object({
  /** A day (YYYY-MM-DD), or the time at which an hour begins. */
  at: z.string(),
  entered: z.number().int(),
  converted: z.number().int(),
  stillInWindow: z.number().int(),
  conversion: z.number().nullable(),
});

/** Units that took `fromSeconds` at least, and less than `toSeconds`. */
const funnelBin = z.object({ fromSeconds: z.number(), toSeconds: z.number(), units: z.number().int() });

export const funnelResult = funnelCounts.extend({
  unit: z.enum(["customer", "session"]),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  previous: funnelCounts.extend({ from: z.iso.datetime(), to: z.iso.datetime() }).optional(),
  /** The value that most start with first; "" where it is not set, and last null, all others. */
  breakdown: z.array(funnelCounts.extend({ value: z.string().nullable() })).optional(),
  histogram: z.array(funnelBin).optional(),
  /** With the histogram: from the first step to the last; null when nobody did all steps. */
  totalSeconds: z.object({ median: z.number().nullable(), p90: z.number().nullable() }).optional(),
  trend: z.array(funnelPoint).optional(),
});
export type FunnelResult = z.infer<typeof funnelResult>;

export const savedFunnel = z.object({
  id: z.string(),
  name: z.string().min(1).max(120),
  definition: funnelDefinition,
  updatedAt: z.iso.datetime(),
});
export type SavedFunnel = z.infer<typeof savedFunnel>;

export const funnelList = z.object({ items: z.array(savedFunnel), nextCursor: z.string().nullable() });
/** POST and PUT: what a person saves. */
export const funnelChange = savedFunnel.pick({ name: true, definition: true });
export type FunnelChange = z.infer<typeof funnelChange>;
