import { z } from "zod";
import { npsScore } from "../voices/voice.ts";

/** The start page's numbers for one range, each beside the range of equal length before. */
export const overview = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  customers: z.number().int(),
  previousCustomers: z.number().int(),
  blockedCustomers: z.number().int(),
  previousBlockedCustomers: z.number().int(),
  /** Share of finished transactions that succeeded, 0-1. */
  transactionSuccess: z.number().nullable(),
  previousTransactionSuccess: z.number().nullable(),
  /** Share of sessions without an error event, 0-1. */
  errorFreeSessions: z.number().nullable(),
  previousErrorFreeSessions: z.number().nullable(),
  nps: npsScore,
  /** Share of negative comments, 0-1. */
  negativeShare: z.number().nullable(),
  openIssues: z.number().int(),
  /** Issues by state. */
  issuesByState: z.record(z.string(), z.number().int()),
  series: z.array(
    z.object({
      time: z.iso.datetime(),
      customers: z.number().int(),
      blockedCustomers: z.number().int(),
      succeeded: z.number().int(),
      failed: z.number().int(),
    }),
  ),
});
export type Overview = z.infer<typeof overview>;
