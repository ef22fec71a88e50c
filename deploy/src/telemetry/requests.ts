import { SpanKind, SpanStatusCode, type Histogram } from "@opentelemetry/api";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Telemetry } from "./telemetry.ts";

const BOUNDARIES_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Times every answer by its method, route and status, under OpenTelemetry's names for HTTP servers. The route is that of
 * the code, never an address somebody made up, so the number of series is bounded. A caller's trace context is not taken
 * up: whoever may send events would else decide what this process records.
 */
export function timeRequests({ meters, tracer }: Telemetry): MiddlewareHandler {
  const histograms: Histogram[] = meters.map((meter) =>
    meter.createHistogram("http.server.request.duration", {
      description: "Duration of HTTP server requests",
      unit: "s",
      advice: { explicitBucketBoundaries: BOUNDARIES_SECONDS },
    }),
  );
  return async (context, next) => {
    const start = performance.now();
    const method = METHODS.has(context.req.method) ? context.req.method : "_OTHER";
    await tracer.startActiveSpan(method, { kind: SpanKind.SERVER }, async (span) => {
      await next();
      const attributes = {
        "http.request.method": method,
        "http.route": routePath(context),
        "http.response.status_code": context.res.status,
      };
      for (const histogram of histograms) histogram.record((performance.now() - start) / 1000, attributes);
      span.updateName(`${method} ${attributes["http.route"]}`);
      span.setAttributes(attributes);
      if (context.res.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
  };
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
