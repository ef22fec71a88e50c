import { z } from "zod";

export const project = z.object({
  id: z.string(),
  name: z.string().min(1).max(120),
  timeZone: z.string(),
  recoveryWindowSeconds: z.number().int().min(1).max(86_400),
  createdAt: z.iso.datetime(),
});
export type Project = z.infer<typeof project>;

export const writeKey = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
});
export type WriteKey = z.infer<typeof writeKey>;

/** The key itself is shown once. */
export const createdWriteKey = writeKey.extend({ key: z.string() });
export type CreatedWriteKey = z.infer<typeof createdWriteKey>;
