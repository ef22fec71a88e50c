import { z } from "zod";

export const anomaly = z.object({
  /** The group of errors; "" for all of a project's together. */
  fingerprint: z.string(),
  /** `spiking`: more customers an hour than expected; `new`: first seen in the last day, and enough customers stopped. */
  kind: z.enum(["spiking", "new"]),
  title: z.string(),
  code: z.string(),
  flow: z.string(),
  /** What is counted: blocked customers, or of a group outside of flows all customers who met it. */
  unit: z.enum(["blocked", "customers"]),
  /** The beginning of the first hour that spiked; of a new group, when it was first seen. */
  since: z.iso.datetime(),
  /** The end of the hours looked at. */
  until: z.iso.datetime(),
  /** Customers an hour, the mean of `spanHours` hours; of a new group its customers of the last day. */
  observed: z.number(),
  spanHours: z.number().int(),
  /** What `observed` was expected to be, and its expected range; null for a new group, of which nothing was expected. */
  expected: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  issueId: z.string().nullable(),
});
export type Anomaly = z.infer<typeof anomaly>;

export const anomalyList = z.object({ items: z.array(anomaly), nextCursor: z.null() });
