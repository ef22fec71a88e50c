import { z } from "zod";

/** How many events may come in; null is no limit. */
export const limits = z.object({
  eventsPerSecond: z.number().int().min(1).max(1_000_000).nullable(),
  eventsPerDay: z.number().int().min(1).max(1_000_000_000_000).nullable(),
});

const weight = z.number().min(0).max(100);

/** What each part weighs in the experience index; only their proportions matter. */
const experienceWeights = z
  .object({ success: weight, errorFree: weight, speed: weight, satisfaction: weight, sentiment: weight })
  .refine((weights) => Object.values(weights).some((each) => each > 0), "must not all be 0");

export const project = z.object({
  id: z.string(),
  name: z.string().min(1).max(120),
  timeZone: z.string(),
  recoveryWindowSeconds: z.number().int().min(1).max(86_400),
  ...limits.shape,
  /** No more transactions than this shall be ended by an error on a day; null: no goal. */
  blockedGoalPerDay: z.number().int().min(0).max(1_000_000_000).nullable(),
  /** Null: those of the product. */
  experienceWeights: experienceWeights.nullable(),
  /** What the experience index, 0 to 100, shall reach; null: no goal. */
  experienceGoal: z.number().min(0).max(100).nullable(),
  /** Address of a trace in the tracing system, with `{traceId}` in it. */
  traceUrlTemplate: z.string().nullable(),
  /** Share of customers, 0 to 1, whose events SDKs send; errors always are. Null: as each app says. */
  sampleRate: z.number().min(0).max(1).nullable(),
  createdAt: z.iso.datetime(),
});
export type Project = z.infer<typeof project>;

/** PATCH: what is left out stays. */
export const projectChange = z.object({
  name: z.string().trim().min(1).max(120).optional(),
  timeZone: z.string().max(64).refine(isTimeZone, "is not an IANA time zone, e.g. Asia/Shanghai").optional(),
  recoveryWindowSeconds: project.shape.recoveryWindowSeconds.optional(),
  ...limits.partial().shape,
  blockedGoalPerDay: project.shape.blockedGoalPerDay.optional(),
  experienceWeights: project.shape.experienceWeights.optional(),
  experienceGoal: project.shape.experienceGoal.optional(),
  traceUrlTemplate: z
    .string()
    .max(2048)
    .refine(isTraceUrlTemplate, "is not an http or https address with {traceId} in it")
    .nullable()
    .optional(),
  sampleRate: project.shape.sampleRate.optional(),
});
export type ProjectChange = z.infer<typeof projectChange>;

/** The dashboard links to it, so that no other scheme, e.g. `javascript:`, may come through. */
function isTraceUrlTemplate(template: string): boolean {
  const filled = template.replaceAll("{traceId}", "0".repeat(32));
  // `{traceId}` within the host would send a person wherever the sender of an event wants.
  return filled !== template && /^https?:\/\/[^{}/?#\s@]+[/?#]\S*$/.test(template) && URL.canParse(filled);
}

function isTimeZone(name: string): boolean {
  try {
    // Intl takes offsets such as +08:00 as well, which ClickHouse does not.
    return /^[A-Za-z]/.test(name) && Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
