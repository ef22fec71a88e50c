import type { Deps } from "../deps.ts";
import { newApi } from "../http/api.ts";
import { createSessionRoutes } from "./session-routes.ts";
import { createTokenRoutes } from "./token-routes.ts";

/** Who may use Voxloop: people's sessions and scripts' tokens. */
export function createPeopleRoutes(deps: Deps) {
  return newApi().route("/", createSessionRoutes(deps)).route("/", createTokenRoutes(deps));
}
