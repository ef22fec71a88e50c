import { z } from "zod";

export const project = z.object({
  id: z.string(),
  name: z.string().min(1).max(120),
  timeZone: z.string(),
  recoveryWindowSeconds: z.number().int().min(1).max(86_400),
  createdAt: z.iso.datetime(),
});
export type Project = z.infer<typeof project>;

/** PATCH: what is left out stays. */
export const projectChange = z.object({
  name: z.string().trim().min(1).max(120).optional(),
  timeZone: z.string().max(64).refine(isTimeZone, "is not an IANA time zone, e.g. Asia/Shanghai").optional(),
  recoveryWindowSeconds: project.shape.recoveryWindowSeconds.optional(),
});
export type ProjectChange = z.infer<typeof projectChange>;

export const newWriteKey = z.object({ name: z.string().trim().min(1).max(80) });

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

function isTimeZone(name: string): boolean {
  try {
    // Intl takes offsets such as +08:00 as well, which ClickHouse does not.
    return /^[A-Za-z]/.test(name) && Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
