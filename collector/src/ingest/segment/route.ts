import { Hono } from "hono";
import { accept, type IngestDeps } from "../accept.ts";
import type { Format } from "../formats.ts";
import { answerPlainly, isPlainJson } from "../plain-json.ts";
import { segmentKeyOf } from "./decode.ts";

/** By address below `/v1/`; clients for browsers and phones use the first letter. */
const FORMATS = {
  "batch b": "segment-batch",
  "track t": "segment-track",
  "identify i": "segment-identify",
  "page p": "segment-page",
  "screen s": "segment-screen",
  "group g": "segment-group",
  "alias a": "segment-alias",
} as const satisfies Record<string, Format>;

/**
 * `POST /v1/batch`, `/v1/track`, ...: the tracking API of Segment
 * (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/). Clients for browsers and phones ask for
 * settings before they send anything: these say, for any key, that events go to where the client is told to send them.
 */
export function createSegmentRoutes(deps: IngestDeps): Hono {
  const routes = new Hono().get("/v1/projects/:key/settings", (context) =>
    context.json({ integrations: { "Segment.io": { apiKey: context.req.param("key") } } }),
  );
  for (const [names, format] of Object.entries(FORMATS))
    routes.on(
      "POST",
      names.split(" ").map((name) => `/v1/${name}`),
      async (context) => {
        const outcome = await accept(deps, {
          request: context.req.raw,
          format: isPlainJson(context.req.header("content-type")) ? format : undefined,
          takes: "application/json, text/plain",
          keyOf: segmentKeyOf,
        });
        return answerPlainly(context, outcome);
      },
    );
  return routes;
}
