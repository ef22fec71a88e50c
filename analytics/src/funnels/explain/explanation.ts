import { z } from "zod";
import { segmentId } from "../../filters/segment.ts";
import { funnelQuery } from "../funnel.ts";

/** `step` counts from 1: explains who reached `step` and did not reach the next. */
export const explainQuery = funnelQuery.extend({ step: z.number().int().min(1) });
/** Of one segment's customers, if any. */
export const explainQuestion = explainQuery.extend({ segment: segmentId });
export type ExplainQuery = z.infer<typeof explainQuery>;

/** What is known of a customer at the step: it says as much of a low risk as of a high one. */
export const STANDING_KINDS = ["release", "segment"] as const;
/** What is met on the way: who has left meets nothing any more, so a low risk says nothing. */
export const MET_KINDS = [
  "error",
  "request",
  "slow",
  "rage_click",
  "dead_click",
  "form",
  "search",
  "guidance",
] as const;
const factorKind = z.enum([...STANDING_KINDS, ...MET_KINDS]);
export type FactorKind = z.infer<typeof factorKind>;

export const dropFactor = z.object({
  kind: factorKind,
  /**
   * error: fingerprint; request: status and request; slow: Web Vital and page; clicks: the element; form: form and last field;
   * search: empty; guidance: id; release: version; segment: `property=value`.
   */
  key: z.string(),
  title: z.string(),
  /** Units that met it, or are of it, and how many of them dropped. */
  exposed: z.number().int(),
  exposedDropped: z.number().int(),
  /** Of the exposed, at the risk of those who did anything else at the same time after the step, and had not met it. */
  expectedDropped: z.number(),
  unexposed: z.number().int(),
  unexposedDropped: z.number().int(),
  /** exposedDropped / expectedDropped, with its 95 % interval. */
  relativeRisk: z.number(),
  low: z.number(),
  high: z.number(),
  /** Two-sided p-value and its Benjamini-Hochberg adjustment over all factors. */
  pValue: z.number(),
  adjustedPValue: z.number(),
  /** exposedDropped - expectedDropped, which is exposedDropped x (RR - 1) / RR, when the interval's lower bound is above 1, else 0. */
  attributableDropOffs: z.number(),
  significant: z.boolean(),
  /** The error group that it is, or of which the failed request is; null where there is none. */
  fingerprint: z.string().nullable(),
  /** The open issue of that group. */
  issueId: z.string().nullable(),
  /** What customers said within 24 h after meeting it; null where it was not asked. */
  voices: z
    .object({
      count: z.number().int(),
      withWords: z.number().int(),
      /** Of those with words; null when there is none. */
      negativeShare: z.number().nullable(),
    })
    .nullable(),
});
export type DropFactor = z.infer<typeof dropFactor>;

/** Fewer than 30 units on a side: shown, never tested or ranked. */
const fewFactor = dropFactor.pick({
  kind: true,
  key: true,
  title: true,
  exposed: true,
  exposedDropped: true,
  fingerprint: true,
});

export const funnelExplanation = z.object({
  step: z.number().int(),
  /** Units that reached the step and whose window has ended. */
  reached: z.number().int(),
  dropped: z.number().int(),
  /** Significant ones first, then by the drop-offs they account for. */
  factors: z.array(dropFactor),
  /** The most frequent of those that too few met, or too few did not meet. */
  tooFew: z.array(fewFactor),
});
export type FunnelExplanation = z.infer<typeof funnelExplanation>;
