import { z } from "zod";

/** How many events may come in; null is no limit. */
const eventLimits = z.object({
  eventsPerSecond: z.number().nullable(),
  eventsPerDay: z.number().nullable(),
});

/** What a write key may send, and how much; its time is text where it is read from. */
export const grantShape = z.object({
  keyId: z.string(),
  projectId: z.string(),
  /** Web origins whose pages may send with it; empty is any. */
  allowedOrigins: z.array(z.string()),
  /** Values of `deployment.environment.name` it may send; empty is any. */
  environments: z.array(z.string()),
  limits: z.object({ key: eventLimits, project: eventLimits }),
  /** The key works until then; null is for ever. */
  expiresAt: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .nullable(),
});
export type WriteKeyGrant = z.infer<typeof grantShape>;
