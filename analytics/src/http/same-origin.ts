import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "./api.ts";
import { Problem } from "./problem.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses (403) a write that another site made the browser send with our cookie. A browser names the sender in
 * Sec-Fetch-Site or Origin; a request with neither is no browser's, and one with a token carries its own proof.
 * The rule is that of Go's http.CrossOriginProtection, https://words.filippo.io/csrf/.
 */
export function sameOrigin(publicUrl: string): MiddlewareHandler<ApiEnv> {
  const publicOrigin = new URL(publicUrl).origin;
  return async (context, next) => {
    const { method, url } = context.req;
    const hasToken = context.req.header("authorization") !== undefined;
    if (!SAFE_METHODS.has(method) && !hasToken) {
      const site = context.req.header("sec-fetch-site");
      const origin = context.req.header("origin");
      const isOurs =
        origin === publicOrigin ||
        (site === undefined
          ? origin === undefined || hostOf(origin) === new URL(url).host
          : site === "same-origin" || site === "none");
      if (!isOurs) throw new Problem(403, "Not allowed", { detail: "This write came from another site." });
    }
    await next();
  };
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}
