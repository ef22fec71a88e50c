import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

const OPTIONS = { allowMethods: ["POST"], exposeHeaders: ["Retry-After"], maxAge: 7200 };

const toAnyone = cors({ ...OPTIONS, origin: "*" });
/**
 * A beacon goes with the cookies of its address, and to an answer that allows any origin a browser then shows nothing, not
 * even a preflight. Nothing here looks at cookies.
 */
const toBeacons = cors({ ...OPTIONS, origin: (origin) => origin || "*", credentials: true });

/** Lets pages of any origin send. */
export const crossOrigin: MiddlewareHandler = (context, next) =>
  (context.req.path === "/v1/e" ? toBeacons : toAnyone)(context, next);
