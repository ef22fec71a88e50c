import { z } from "zod";
import { eventFilter } from "../filters/event-filter.ts";
import { shareEstimate } from "../stats/share.ts";
import { period } from "./period.ts";

export const frequencyQuery = z.object({
  /** What counts as being active; without a name and conditions any event does. */
  activity: eventFilter.default({}),
  period: period.default("week"),
  /** The periods that this range touches, each whole. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type FrequencyQuery = z.infer<typeof frequencyQuery>;

const customers = z.number().int();

const lifecyclePeriod = z.object({
  /** Its first day in the project's time zone. */
  from: z.iso.date(),
  /** Whether it is over; else more customers may become active. */
  isOver: z.boolean(),
  active: customers,
  /** Active for the first time of all that is stored. */
  new: customers,
  /** Active in the period before too. */
  returning: customers,
  /** Active before, but not in the period before. */
  resurrecting: customers,
  /** Active in the period before, not in this; null until it is over. */
  dormant: customers.nullable(),
});

export const frequencyResult = z.object({
  period,
  timeZone: z.string(),
  /** Customers active in any of the periods. */
  customers,
  periods: z.array(lifecyclePeriod),
  /** How many of them were active in just so many of the periods, from 1 to all. */
  stickiness: z.array(z.object({ periods: z.number().int(), share: shareEstimate })),
  /** Of the last 30 days of the range that are over; null when nobody was active in them. */
  daily: z
    .object({
      from: z.iso.date(),
      to: z.iso.date(),
      /** Customers active on a day, on average. */
      dailyActive: z.number(),
      monthlyActive: customers,
      /** The first divided by the second, 0 to 1. */
      dailyOfMonthly: z.number(),
    })
    .nullable(),
});
export type FrequencyResult = z.infer<typeof frequencyResult>;
