import { z } from "zod";

export const customerExport = z.object({
  id: z.number().int(),
  at: z.iso.datetime(),
  /** An e-mail or `token:<name>`. */
  actor: z.string(),
  subject: z.enum(["funnel", "error"]),
  /** What was asked for, as it was asked. */
  question: z.record(z.string(), z.unknown()),
});
export type CustomerExport = z.infer<typeof customerExport>;
