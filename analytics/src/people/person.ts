import { z } from "zod";

export const SCOPES = ["read", "write", "admin"] as const;
export const scope = z.enum(SCOPES);
export type Scope = z.infer<typeof scope>;

/** Who asks: a signed-in person (all scopes) or an API token. */
export interface Actor {
  /** An e-mail, or `token:<name>`. */
  name: string;
  scopes: readonly Scope[];
  /** The one project it may touch; null for all. */
  projectId: string | null;
}

export const me = z.object({
  email: z.string(),
  name: z.string(),
  projects: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type Me = z.infer<typeof me>;

export const credentials = z.object({
  email: z.string().min(1).max(200),
  password: z.string().min(1).max(200),
});

export const apiToken = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  scopes: z.array(scope),
  /** The one project it may touch; null for all. */
  projectId: z.string().nullable(),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
});
export type ApiToken = z.infer<typeof apiToken>;
/** The token itself is shown once. */
export const createdApiToken = apiToken.extend({ token: z.string() });
export type CreatedApiToken = z.infer<typeof createdApiToken>;

export const newApiToken = z.object({
  name: z.string().trim().min(1).max(80),
  scopes: z.array(scope).min(1).max(SCOPES.length),
  projectId: z.string().min(1).max(64).nullable().default(null),
});
