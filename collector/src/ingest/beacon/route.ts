import { Hono } from "hono";
import { accept, type IngestDeps } from "../accept.ts";
import { answerPlainly, isPlainJson } from "../plain-json.ts";

/** `POST /v1/e`: what a page sends with sendBeacon, which names its key in the address and never sees the answer. */
export function createBeaconRoutes(deps: IngestDeps): Hono {
  return new Hono().post("/v1/e", async (context) => {
    const outcome = await accept(deps, {
      request: context.req.raw,
      format: isPlainJson(context.req.header("content-type")) ? "beacon" : undefined,
      takes: "application/json, text/plain",
    });
    return answerPlainly(context, outcome);
  });
}
