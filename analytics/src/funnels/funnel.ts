import { z } from "zod";
import { eventWhere } from "../filters/event-filter.ts";

export const funnelStep = z.object({
  event: z.string().min(1).max(128),
  label: z.string().max(80).optional(),
  /** Of an event's columns or attributes, e.g. `{"vox.flow": "transfer", "vox.outcome": "succeeded"}`. */
  where: eventWhere.optional(),
});
export type FunnelStep = z.infer<typeof funnelStep>;

export const funnelDefinition = z.object({
  steps: z.array(funnelStep).min(2).max(20),
  order: z.literal("ordered").default("ordered"),
  /** Time from step 1 within which the last step must happen. */
  windowSeconds: z.number().int().min(1).max(31_536_000).default(86_400),
  unit: z.enum(["customer", "session"]).default("customer"),
});
export type FunnelDefinition = z.infer<typeof funnelDefinition>;

export const funnelQuery = funnelDefinition.extend({ from: z.iso.datetime(), to: z.iso.datetime() });
export type FunnelQuery = z.infer<typeof funnelQuery>;

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
  /** continued / (entered - stillInWindow); null when nobody can be judged yet. */
  conversion: z.number().nullable(),
  /** From the step before, over the units that reached this one. */
  medianSeconds: z.number().nullable(),
  p90Seconds: z.number().nullable(),
});

export const funnelResult = z.object({
  steps: z.array(funnelStepResult),
  /** Units that did all steps / units that entered step 1 and can be judged. */
  conversion: z.number().nullable(),
  unit: z.enum(["customer", "session"]),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type FunnelResult = z.infer<typeof funnelResult>;

/** `step` counts from 1: explains who reached `step` and did not reach the next. */
export const explainQuery = funnelQuery.extend({ step: z.number().int().min(1) });
export type ExplainQuery = z.infer<typeof explainQuery>;

export const dropFactor = z.object({
  kind: z.enum(["error", "segment"]),
  /** Fingerprint for an error; `property=value` for a segment. */
  key: z.string(),
  title: z.string(),
  exposed: z.number().int(),
  exposedDropped: z.number().int(),
  unexposed: z.number().int(),
  unexposedDropped: z.number().int(),
  relativeRisk: z.number(),
  low: z.number(),
  high: z.number(),
  /** Two-sided p-value and its Benjamini-Hochberg adjustment over all factors. */
  pValue: z.number(),
  adjustedPValue: z.number(),
  /** exposedDropped x (RR - 1) / RR when the interval's lower bound is above 1, else 0. */
  attributableDropOffs: z.number(),
  significant: z.boolean(),
});
export type DropFactor = z.infer<typeof dropFactor>;

export const funnelExplanation = z.object({
  step: z.number().int(),
  /** Units that reached the step and can be judged: they went on, or their window has ended. */
  reached: z.number().int(),
  dropped: z.number().int(),
  factors: z.array(dropFactor),
});
export type FunnelExplanation = z.infer<typeof funnelExplanation>;

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
