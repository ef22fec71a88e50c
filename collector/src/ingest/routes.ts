import { Hono } from "hono";
import type { IngestDeps } from "./accept.ts";
import { createBeaconRoutes } from "./beacon/route.ts";
import { createCrossOrigin } from "./cross-origin.ts";
import { createOtlpRoutes } from "./otlp/route.ts";
import { createSegmentRoutes } from "./segment/route.ts";

/** All protocols in which events come in. */
export function createIngestRoutes(deps: IngestDeps): Hono {
  return new Hono()
    .use("/v1/*", createCrossOrigin(deps.findKey))
    .route("/", createOtlpRoutes(deps))
    .route("/", createSegmentRoutes(deps))
    .route("/", createBeaconRoutes(deps));
}
