import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, jsonBody, needs, newApi, problems } from "../http/api.ts";
import { actorOf } from "../http/actor-of.ts";
import { listOf } from "../http/cursor.ts";
import { Problem } from "../http/problem.ts";
import { requireProject } from "../http/require-project.ts";
import { apiToken, createdApiToken, newApiToken, type Actor, type Scope } from "./person.ts";
import { createToken, listTokens, revokeToken } from "./token.ts";

const shared = { tags: ["tokens"], middleware: needs("admin") };

const list = createRoute({
  ...shared,
  method: "get",
  path: "/tokens",
  summary: "API tokens, newest first; the tokens themselves are not stored",
  responses: { 200: json(listOf(apiToken.openapi("ApiToken")), "API tokens"), ...problems },
});

const create = createRoute({
  ...shared,
  method: "post",
  path: "/tokens",
  summary: "Create an API token; the answer is the only time it can be read",
  request: {
    body: jsonBody(newApiToken.openapi("NewApiToken")),
  },
  responses: { 201: json(createdApiToken.openapi("CreatedApiToken"), "The new token"), ...problems },
});

const revoke = createRoute({
  ...shared,
  method: "delete",
  path: "/tokens/{id}",
  summary: "Revoke an API token for good",
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: { description: "Revoked" }, ...problems },
});

/** API tokens. Nobody gives more than they have: a token of one project manages that project's only. */
export function createTokenRoutes({ ledger, now }: Deps) {
  return newApi()
    .openapi(list, async (context) =>
      context.json({ items: await listTokens(ledger, actorOf(context)), nextCursor: null }, 200),
    )
    .openapi(create, async (context) => {
      const wanted = context.req.valid("json");
      assertMayGive(actorOf(context), wanted);
      if (wanted.projectId !== null) await requireProject(ledger, wanted.projectId);
      return context.json(await createToken(ledger, { ...wanted, now: now() }), 201);
    })
    .openapi(revoke, async (context) => {
      const { id } = context.req.valid("param");
      const isKnown = await revokeToken(ledger, { actor: actorOf(context), id, now: now() });
      if (!isKnown) throw new Problem(404, "No such thing", { detail: "There is no such token." });
      return context.body(null, 204);
    });
}

function assertMayGive(actor: Actor, wanted: { scopes: Scope[]; projectId: string | null }): void {
  const missing = wanted.scopes.find((scope) => !actor.scopes.includes(scope));
  if (missing !== undefined) {
    throw new Problem(403, "Not allowed", { detail: `You do not have the scope "${missing}" yourself.` });
  }
  if (actor.projectId !== null && actor.projectId !== wanted.projectId) {
    throw new Problem(403, "Not allowed", { detail: "This token belongs to another project." });
  }
}
