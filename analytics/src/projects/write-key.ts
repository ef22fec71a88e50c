import { z } from "zod";
import { readOrigin } from "./origin.ts";
import { limits } from "./project.ts";

const origin = z
  .string()
  .max(255)
  .transform((text, context) => {
    const read = readOrigin(text);
    if (read !== undefined) return read;
    context.addIssue({
      code: "custom",
      message: `${JSON.stringify(text)} is not an origin: scheme://host[:port] without a path, or scheme://*.host for its subdomains`,
    });
    return z.NEVER;
  });

const unique = (items: string[]) => [...new Set(items)];

/** What a key may send; as read from the ledger. */
const scopes = {
  /** Empty is any. */
  allowedOrigins: z.array(z.string()),
  /** Values of `deployment.environment.name`; empty is any. */
  environments: z.array(z.string()),
  ...limits.shape,
  /** The key works until then; null is for ever. */
  expiresAt: z.iso.datetime().nullable(),
};

const name = z.string().trim().min(1).max(80);

/** PATCH: what is left out stays. */
export const writeKeyChange = z
  .object({
    name,
    allowedOrigins: z.array(origin).max(50).transform(unique),
    environments: z.array(z.string().trim().min(1).max(128)).max(50).transform(unique),
    ...limits.shape,
    expiresAt: z.iso.datetime({ offset: true }).nullable(),
  })
  .partial();
export type WriteKeyChange = z.infer<typeof writeKeyChange>;

export const newWriteKey = writeKeyChange.extend({ name });
export type NewWriteKey = z.infer<typeof newWriteKey>;

export const rotation = z.object({
  /** How long the old key still works; 0 is not at all. */
  graceSeconds: z
    .number()
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(86_400),
});
export type Rotation = z.infer<typeof rotation>;

export const writeKey = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  ...scopes,
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
});
export type WriteKey = z.infer<typeof writeKey>;

/** The key itself is shown once. */
export const createdWriteKey = writeKey.extend({ key: z.string() });
export type CreatedWriteKey = z.infer<typeof createdWriteKey>;
