import { z } from "zod";
import { shareEstimate } from "../stats/share.ts";

export const exposureQuery = z.object({
  /** The group of errors that the exposed met. */
  fingerprint: z.string().min(1).max(64),
  /** Compares customers active in this flow; without it, in the app. */
  flow: z.string().min(1).max(200).optional(),
  /** Who is active again on any of so many days after has returned. */
  withinDays: z.number().int().min(1).max(30).default(7),
  /** The days that this range touches, each whole. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type ExposureQuery = z.infer<typeof exposureQuery>;

const gap = z.object({
  /** The exposed's share minus the others', -1 to 1; null when there is nothing to compare. */
  gap: z.number().nullable(),
  /** 95 % interval; null with too few. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  tooFew: z.boolean(),
});

export const exposureResult = z.object({
  fingerprint: z.string(),
  flow: z.string().nullable(),
  withinDays: z.number().int(),
  timeZone: z.string(),
  /** The days looked at: from the range's first with anybody to the last of which it is known who returned; null when there is none. */
  days: z.object({ from: z.iso.date(), to: z.iso.date() }).nullable(),
  /** Who of those that met the error returned. */
  exposed: shareEstimate,
  /** Who of the others returned. */
  others: shareEstimate,
  /** As the two shares are, whoever meets the error. */
  plain: gap,
  /** Between customers who were as active before. */
  adjusted: gap.extend({
    /** The exposed who have others to be compared with. */
    compared: z.number().int(),
  }),
  /** The same, by the number of days on which a customer was active in the 14 days before. */
  strata: z.array(
    z.object({
      activeDays: z.object({ from: z.number().int(), to: z.number().int() }),
      exposed: shareEstimate,
      others: shareEstimate,
    }),
  ),
  /** Who met the error too lately for it to be known whether they return. */
  waiting: z.number().int(),
});
export type ExposureResult = z.infer<typeof exposureResult>;
