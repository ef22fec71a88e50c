import { z } from "zod";
import { isMovingLabel } from "./version.ts";

/** A release of a service: declared by a pipeline or with an issue's fix, or seen in its events. */
export const release = z.object({
  service: z.string(),
  version: z.string(),
  environment: z.string(),
  /** Declared, or else when its first event came. */
  releasedAt: z.iso.datetime(),
  declared: z.boolean(),
  /** In the last 30 days; null when no event came. */
  firstSeen: z.iso.datetime().nullable(),
  lastSeen: z.iso.datetime().nullable(),
  customers: z.number().int(),
});
export type Release = z.infer<typeof release>;

export const releaseList = z.object({ items: z.array(release), nextCursor: z.string().nullable() });

/** POST releases; `releasedAt` is now by default. Declaring a release again moves its time. */
export const newRelease = z.object({
  version: z
    .string()
    .min(1)
    .max(64)
    .refine((version) => version === version.trim() && !/\p{C}/u.test(version), {
      error: "must hold no control characters, and no space at its ends",
    })
    .refine((version) => !isMovingLabel(version), {
      error: "names no build: give the version number or the commit that the app's events name",
    }),
  service: z.string().max(128).default(""),
  environment: z.string().max(64).default(""),
  releasedAt: z.iso.datetime().optional(),
});
