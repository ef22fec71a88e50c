import type { Context, MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { FindKey } from "../keys/cache.ts";
import { allowsOrigin } from "../keys/origin.ts";
import { readWriteKey } from "../keys/write-key.ts";

const EXPOSED = ["Retry-After", "RateLimit", "RateLimit-Policy", "ETag"];

/**
 * Lets pages send and read the answer, those of a key's origins only where it has some. A preflight without the key in its
 * address names none, and is let through: what follows is refused.
 */
export function createCrossOrigin(findKey: FindKey): MiddlewareHandler {
  const options = { allowMethods: ["GET", "POST"], exposeHeaders: EXPOSED, maxAge: 7200 };
  const toAll = cors({ ...options, origin: (origin, context) => allowed(findKey, { origin, context }, "*") });
  // A beacon goes with the cookies of its address, and to an answer that allows any origin a browser then shows nothing, not
  // even a preflight. Nothing here looks at cookies.
  const toBeacons = cors({
    ...options,
    credentials: true,
    origin: (origin, context) => allowed(findKey, { origin, context }, origin || "*"),
  });
  return (context, next) => (context.req.path === "/v1/e" ? toBeacons : toAll)(context, next);
}

/** The origin to allow; `anyone` where the key has no origins or cannot be told. */
async function allowed(
  findKey: FindKey,
  { origin, context }: { origin: string; context: Context },
  anyone: string,
): Promise<string | undefined> {
  const key = origin === "" ? undefined : readWriteKey(context.req.raw);
  if (key === undefined || key === "") return anyone;
  const grant = await findKey(key).catch(() => undefined);
  if (grant === undefined || grant.allowedOrigins.length === 0) return anyone;
  return allowsOrigin(grant, origin) ? origin : undefined;
}
