import { z } from "zod";

/** What the index is made of, each 0 (bad) to 100 (good). */
export const PARTS = ["success", "errorFree", "speed", "satisfaction", "sentiment"] as const;
export const part = z.enum(PARTS);
export type Part = z.infer<typeof part>;

export type Weights = Record<Part, number>;

export const DEFAULT_WEIGHTS: Weights = {
  success: 30,
  errorFree: 20,
  speed: 15,
  satisfaction: 20,
  sentiment: 15,
};

export const trendStep = z.enum(["day", "week"]);
export type TrendStep = z.infer<typeof trendStep>;

export const segmentColumn = z.enum(["channel", "audience", "os", "release", "region"]);
export type SegmentColumn = z.infer<typeof segmentColumn>;

const points = z.number();

/** 0 to 100 with a 95 % interval; null where nothing is known. */
const estimated = { value: points.nullable(), low: points.nullable(), high: points.nullable() };

export const partScore = z.object({
  part,
  /** As set; the weights of all parts need not add up to anything. */
  weight: z.number(),
  /** What it weighs in the index, 0 to 1: that of a part with too few is spread over the others, and this is then 0. */
  share: z.number(),
  ...estimated,
  units: z.number().int(),
  /** Fewer than 30 units: shown, and left out of the index. */
  tooFew: z.boolean(),
  /** In the range of equal length before. */
  before: z.number().nullable(),
  unitsBefore: z.number().int(),
});

export const driver = z.object({
  part,
  /** `rate`: the same kind of thing goes better or worse; `mix`: there is more or less of kinds that go well. */
  effect: z.enum(["rate", "mix"]),
  /** Of a rate: the flow, measure or kind of question; "" is all that are not told by themselves. */
  key: z.string(),
  /** Points of the index; all drivers add up to its change. */
  points,
  /** 95 % interval of `points`; null of a mix, and where either time has fewer than 30 units. */
  low: points.nullable(),
  high: points.nullable(),
  now: z.object({ value: points.nullable(), units: z.number().int() }),
  before: z.object({ value: points.nullable(), units: z.number().int() }),
});
export type Driver = z.infer<typeof driver>;

export const trendPoint = z.object({
  /** First day of the day or week, in the project's time zone. */
  from: z.iso.date(),
  /** Not over, or part of it lies outside of the range. */
  isPartial: z.boolean(),
  ...estimated,
  /** Parts with too few here, for which the value of the whole range stands. */
  standIns: z.array(part),
});

export const experienceIndex = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  by: trendStep,
  timeZone: z.string(),
  ...estimated,
  goal: z.number().nullable(),
  hasOwnWeights: z.boolean(),
  parts: z.array(partScore),
  /** Against the range of equal length before, over the parts that both have enough of; null without any. */
  change: z
    .object({ points, low: points, high: points, now: points, before: points, parts: z.array(part) })
    .nullable(),
  /** The largest first. */
  drivers: z.array(driver),
  trend: z.array(trendPoint),
});
export type ExperienceIndex = z.infer<typeof experienceIndex>;

export const experienceSegments = z.object({
  column: segmentColumn,
  /** The largest first; "" is what the events say nothing of. */
  items: z.array(
    z.object({
      segment: z.string(),
      sessions: z.number().int(),
      ...estimated,
      standIns: z.array(part),
      parts: z.array(z.object({ part, ...estimated, units: z.number().int(), tooFew: z.boolean() })),
    }),
  ),
  /** Segments that are not listed. */
  more: z.number().int(),
});
export type ExperienceSegments = z.infer<typeof experienceSegments>;
