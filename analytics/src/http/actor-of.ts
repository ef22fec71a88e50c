import type { Context } from "hono";
import type { Actor } from "../people/person.ts";
import type { ApiEnv } from "./api.ts";

/** Who asks, on a route that `needs` a scope. */
export function actorOf(context: Context<ApiEnv>): Actor {
  const actor = context.get("actor");
  if (actor === undefined) throw new Error("the route asks for its actor but needs no scope");
  return actor;
}
