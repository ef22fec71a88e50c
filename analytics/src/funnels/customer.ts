import { z } from "zod";
import { listOf } from "../http/cursor.ts";
import { funnelQuery, funnelQuestion } from "./funnel.ts";

export const customersQuery = funnelQuestion.extend({
  /** Counts from 1. */
  step: z.number().int().min(1),
  which: z.enum(["entered", "continued", "dropped", "stillInWindow", "excluded"]),
  /** Only those with this value of the breakdown's property at step 1. */
  value: z.string().max(1024).optional(),
});
export type CustomersQuery = z.infer<typeof customersQuery>;

export const customersPageQuery = customersQuery.extend({
  limit: z.number().int().min(1).max(100).default(50),
  cursor: z.string().min(1).max(1024).optional(),
});

export const funnelCustomer = z.object({
  /** A customer's, or a session's. */
  id: z.string(),
  /** When they did step 1, the step asked about, and the one they reached after it. */
  startedAt: z.iso.datetime(),
  stepAt: z.iso.datetime(),
  nextAt: z.iso.datetime().nullable(),
});
export type FunnelCustomer = z.infer<typeof funnelCustomer>;
export const funnelCustomerList = listOf(funnelCustomer);

/** `id`: any of a customer's ids, or a session's. */
export const customerQuery = funnelQuery.extend({ id: z.string().min(1).max(200) });
export type CustomerQuery = z.infer<typeof customerQuery>;

const customerEvent = z.object({
  eventId: z.string(),
  event: z.string(),
  at: z.iso.datetime(),
  page: z.string(),
});
export type CustomerEvent = z.infer<typeof customerEvent>;

export const customerJourney = z.object({
  id: z.string(),
  /** `not_started`: no step 1 in the range that may start. */
  outcome: z.enum(["completed", "still_in_window", "excluded", "dropped", "not_started"]),
  /** The furthest step reached, from 1; 0 of who has not started. */
  depth: z.number().int(),
  /** The events that count. With `order: "any"` the nth is the nth that was done. */
  steps: z.array(
    z.object({
      step: z.number().int(),
      event: z.string(),
      label: z.string(),
      state: z.enum(["reached", "skipped", "not_reached"]),
      by: customerEvent.nullable(),
      /** Since the reached step before it. */
      seconds: z.number().nullable(),
    }),
  ),
  /** From step 1 to the end of its window. */
  window: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }).nullable(),
  /** What ended, or will end, the try that counts; null of who completed the funnel or has not started. */
  end: z
    .object({
      by: z.enum(["window", "within", "exclusion", "other_event"]),
      at: z.iso.datetime(),
      /** The excluded or the other event. */
      event: customerEvent.nullable(),
    })
    .nullable(),
});
export type CustomerJourney = z.infer<typeof customerJourney>;
