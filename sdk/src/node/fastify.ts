import type { FastifyInstance, FastifyRequest } from "fastify";
import { clientOf, reportFailure, type RequestOptions } from "./request.ts";
import type { NodeVoxloop } from "./voxloop.ts";

export type { RequestOptions } from "./request.ts";

export interface FastifyOptions extends RequestOptions<FastifyRequest> {
  voxloop: NodeVoxloop;
}

/**
 * `app.register(voxloopPlugin, { voxloop })`, before the routes: one customer a request, and what it throws, or answers
 * with 5xx, reported and passed on as it is.
 */
export function voxloopPlugin(app: FastifyInstance, options: FastifyOptions, done: () => void): void {
  const { voxloop } = options;
  const clients = new WeakMap<FastifyRequest, NodeVoxloop>();
  const errors = new WeakMap<FastifyRequest, Error>();

  app.addHook("onRequest", (request, _reply, next) => {
    const client = clientOf(voxloop, { request, options, baggage: request.headers["baggage"] as string });
    clients.set(request, client);
    voxloop.run(client, next);
  });
  app.addHook("onError", async (request, _reply, error) => {
    errors.set(request, error);
  });
  app.addHook("onResponse", (request, reply, next) => {
    reportFailure(clients.get(request) ?? voxloop, {
      framework: "fastify",
      error: errors.get(request),
      status: reply.statusCode,
      method: request.method,
      route: request.routeOptions.url,
      path: request.url.replace(/[?#].*$/s, ""),
      durationMs: reply.elapsedTime,
    });
    next();
  });
  done();
}

/** Of the app as a whole, not of a context of its own: what `fastify-plugin` says of a plugin. */
Object.assign(voxloopPlugin, {
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "@voxloop/sdk",
});
