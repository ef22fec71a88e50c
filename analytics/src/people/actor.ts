import type { MiddlewareHandler } from "hono";
import type { Deps } from "../deps.ts";
import type { ApiEnv } from "../http/api.ts";
import { Problem } from "../http/problem.ts";
import { SCOPES, type Actor } from "./person.ts";
import { readSessionCookie } from "./session-cookie.ts";
import { findSession } from "./session.ts";
import { findTokenActor } from "./token.ts";

/** Finds out who asks, by API token or else by session cookie; a token that is not valid is refused (401). */
export function findActor({ ledger, now }: Pick<Deps, "ledger" | "now">): MiddlewareHandler<ApiEnv> {
  async function ofCookie(secret: string): Promise<Actor | undefined> {
    const person = secret === "" ? undefined : await findSession(ledger, secret, now());
    return person && { name: person.email, scopes: SCOPES, projectId: null };
  }
  return async (context, next) => {
    const header = context.req.header("authorization");
    const cookie = readSessionCookie(context);
    const find = () => (header === undefined ? ofCookie(cookie) : findTokenActor(ledger, bearerOf(header)));
    const actor = await find();
    if (header !== undefined && actor === undefined) {
      throw new Problem(401, "Not signed in", { detail: "The API token is unknown or revoked." });
    }
    if (actor !== undefined) context.set("actor", actor);
    context.set("findActorAgain", find);
    await next();
  };
}

function bearerOf(header: string): string {
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token !== undefined) return token;
  throw new Problem(401, "Not signed in", { detail: "The Authorization header must be: Bearer vxl_..." });
}
