import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import { clientOf, reportFailure, statusOf, type RequestOptions } from "./request.ts";
import type { NodeVoxloop } from "./voxloop.ts";

export type { RequestOptions } from "./request.ts";

/** Errors by the request that they ended, so that the two handlers report one event together. */
const errors = new WeakMap<object, unknown>();

/**
 * `app.use(voxloopMiddleware(voxloop))`, before all routes: one customer a request, and what it answers with 5xx
 * reported, with the error if `voxloopErrorHandler` has seen one.
 */
export function voxloopMiddleware(voxloop: NodeVoxloop, options?: RequestOptions<Request>): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const client = clientOf(voxloop, { request, options, baggage: request.get("baggage") });
    response.once("finish", () => {
      reportFailure(client, {
        framework: "express",
        error: errors.get(request),
        status: response.statusCode,
        method: request.method,
        route: routeOf(request),
        path: request.originalUrl.replace(/[?#].*$/s, ""),
        durationMs: performance.now() - startedAt,
      });
    });
    voxloop.run(client, next);
  };
}

/** `app.use(voxloopErrorHandler())`, after all routes and before the app's own error handler, to which it passes on. */
export function voxloopErrorHandler(): ErrorRequestHandler {
  // oxlint-disable-next-line max-params -- by its four parameters Express knows an error handler
  return (error, request, _response, next) => {
    if (statusOf(error) >= 500) errors.set(request, error);
    next(error);
  };
}

function routeOf({ baseUrl, route }: Request): string | undefined {
  // A pattern, or several.
  const { path } = Object(route) as { path?: string | RegExp | (string | RegExp)[] };
  return path === undefined ? undefined : `${baseUrl}${path.toString()}`;
}
