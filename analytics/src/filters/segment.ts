import { z } from "zod";
import { eventFilter } from "./event-filter.ts";

const MOST_DAYS = 365;
const MOST_RULES = 20;

/** Counted back from the end of the report's range, a day being 24 hours. */
const withinDays = z.number().int().min(1).max(MOST_DAYS);

/** Without an event and conditions: did anything. */
const did = eventFilter.extend({
  kind: z.literal("did"),
  /** Times; a copy of an event counts once. */
  atLeast: z.number().int().min(1).max(10_000).default(1),
  withinDays,
});

const didNot = eventFilter.extend({ kind: z.literal("didNot"), withinDays });

/** The customer's latest answer to surveys of the kind lies between the bounds, both included. */
const score = z
  .object({
    kind: z.literal("score"),
    survey: z.enum(["nps", "csat", "ces"]),
    min: z.number().min(-1000).max(1000).optional(),
    max: z.number().min(-1000).max(1000).optional(),
    withinDays,
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, {
    path: ["min"],
    message: "must be given, or max",
  })
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
    path: ["min"],
    message: "must not be above max",
  });

const PROPERTIES = ["channel", "audience", "os", "release", "region", "environment"] as const;

/** The customer was there with one of the values: in the latest hour with a value, or at any time. */
const was = z.object({
  kind: z.literal("was"),
  property: z.enum(PROPERTIES),
  values: z.array(z.string().min(1).max(200)).min(1).max(100),
  when: z.enum(["latest", "any"]).default("latest"),
  withinDays,
});

const segmentRule = z.discriminatedUnion("kind", [did, didNot, score, was]);
export type SegmentRule = z.infer<typeof segmentRule>;

/** Which customers: those for whom `all` rules hold, or `any` of them. */
export const segmentDefinition = z.object({
  match: z.enum(["all", "any"]).default("all"),
  rules: z.array(segmentRule).min(1).max(MOST_RULES),
});
export type SegmentDefinition = z.infer<typeof segmentDefinition>;

/** What a report takes to be of a segment's customers alone. */
export const segmentId = z.uuid().optional().describe("Id of a saved segment: only its customers count");

/**
 * Whether somebody can be in the segment of whom no rule has seen anything. Nobody knows all who did nothing, so that then
 * those are asked about who did anything in the longest of the segment's windows.
 */
export function mayHoldForNobodySeen({ match, rules }: SegmentDefinition): boolean {
  return match === "any" ? rules.some(isNegative) : rules.every(isNegative);
}

const isNegative = ({ kind }: SegmentRule) => kind === "didNot";
