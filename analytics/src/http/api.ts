import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import type { Actor, Scope } from "../people/person.ts";
import { Problem } from "./problem.ts";

/** `actor` is set by the session/token middleware of the people slice; absent when nobody is signed in. */
export interface ApiEnv {
  Variables: {
    actor?: Actor;
    /** Who asks by now, for an answer that goes on for minutes: undefined once they signed out or the token is revoked. */
    findActorAgain?: () => Promise<Actor | undefined>;
  };
}

/** A sub-app of one slice: invalid input is answered 400 problem+json naming the field. */
export function newApi(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.map((issue) => ({
        field: issue.path.join("."),
        reason: issue.message,
      }));
      const first = errors[0];
      throw new Problem(400, "Invalid request", {
        detail: `${first?.field}: ${first?.reason}`,
        in: result.target,
        errors,
      });
    },
  });
}

/** Refuses who is not signed in (401), lacks the scope, or asks for a project that is not theirs (403). */
export function needs(scope: Scope): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    assertAllowed(context.get("actor"), scope, context.req.param("project"));
    await next();
  };
}

/** Throws the Problem that `needs` answers. */
export function assertAllowed(actor: Actor | undefined, scope: Scope, project: string | undefined): void {
  if (actor === undefined)
    throw new Problem(401, "Not signed in", { detail: "Sign in, or send Authorization: Bearer vxl_..." });
  if (!actor.scopes.includes(scope))
    throw new Problem(403, "Not allowed", { detail: `This needs the scope "${scope}".` });
  if (project !== undefined && actor.projectId !== null && actor.projectId !== project)
    throw new Problem(403, "Not allowed", { detail: "This token belongs to another project." });
}

export const projectParam = z.object({ project: z.string().min(1).max(64) });

/** An OpenAPI answer with a JSON body. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } } as const;
}

/** A request's body: JSON of this shape, and nothing else will do. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } } as const;
}

const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
  })
  .openapi("Problem");

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemSchema } },
});

/** The errors every route documents; spread into a route's `responses`. */
export const problems = {
  400: problem("Invalid request: names the field"),
  401: problem("Not signed in"),
  403: problem("Not allowed"),
  404: problem("No such thing"),
} as const;
export const conflict = { 409: problem("Stale or illegal write: carries the current state") } as const;
