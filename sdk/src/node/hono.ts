import type { Context, MiddlewareHandler } from "hono";
import { clientOf, reportFailure, type RequestOptions } from "./request.ts";
import type { NodeVoxloop } from "./voxloop.ts";

export type { RequestOptions } from "./request.ts";

/**
 * `app.use(voxloopMiddleware(voxloop))`: one customer a request, and what it throws, or answers with 5xx, reported and
 * passed on as it is. On a runtime with `waitUntil` the request's events are sent before it sleeps.
 */
export function voxloopMiddleware(
  voxloop: NodeVoxloop,
  options?: RequestOptions<Context>,
): MiddlewareHandler {
  return async (context, next) => {
    const startedAt = performance.now();
    const client = clientOf(voxloop, { request: context, options, baggage: context.req.header("baggage") });
    try {
      await voxloop.run(client, next);
    } finally {
      reportFailure(client, {
        framework: "hono",
        error: context.error,
        status: context.res.status,
        method: context.req.method,
        route: routeOf(context),
        path: context.req.path,
        durationMs: performance.now() - startedAt,
      });
      keepAwake(context, client);
    }
  };
}

/** The last of the matched routes that is no middleware of all paths; `hono/route` says the same, at the price of an import. */
function routeOf({ req }: Context): string | undefined {
  // oxlint-disable-next-line typescript/no-deprecated -- the helper in its place is code of Hono, of which only types are imported
  return req.matchedRoutes.findLast(({ path }) => !/^\/?\*$/.test(path))?.path;
}

function keepAwake(context: Context, client: NodeVoxloop): void {
  let execution: Context["executionCtx"];
  try {
    execution = context.executionCtx;
  } catch {
    // Hono throws where the runtime has none.
    return;
  }
  execution.waitUntil(client.flush());
}
