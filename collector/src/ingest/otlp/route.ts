import { type Context, Hono } from "hono";
import { accept, type IngestDeps } from "../accept.ts";
import { describeProblems } from "../convert.ts";
import { Refused } from "../refused.ts";
import { confirm, type OtlpEncoding, type PartialSuccess, refuse } from "./answer.ts";

/** `POST /v1/logs`, `POST /v1/traces`: OTLP/HTTP. Answers 200 only when the events are on disk. */
export function createOtlpRoutes(deps: IngestDeps): Hono {
  return new Hono()
    .post("/v1/logs", (context) => answer(deps, context, { name: "logs", countedAs: "rejectedLogRecords" }))
    .post("/v1/traces", (context) => answer(deps, context, { name: "traces", countedAs: "rejectedSpans" }));
}

async function answer(
  deps: IngestDeps,
  context: Context,
  signal: { name: "logs" | "traces"; countedAs: PartialSuccess["countedAs"] },
): Promise<Response> {
  const encoding = encodingOf(context.req.header("content-type"), context.req.query("key") !== undefined);
  const outcome = await accept(deps, {
    request: context.req.raw,
    format: encoding && `otlp-${signal.name}-${encoding}`,
    takes: "application/json, application/x-protobuf",
  });
  for (const [name, value] of Object.entries(outcome.headers)) context.header(name, value);
  if (outcome instanceof Refused) return refuse(context, encoding ?? "json", outcome);
  const { problems } = outcome;
  const { countedAs } = signal;
  const partial = { countedAs, rejected: problems.length, message: describeProblems(problems) };
  return confirm(context, encoding ?? "json", partial);
}

/** A browser's sendBeacon sends JSON as text/plain, which needs no preflight, and can name its key in the address only. */
function encodingOf(contentType = "", hasKeyInAddress = false): OtlpEncoding | undefined {
  const type = contentType.split(";")[0]?.trim().toLowerCase();
  if (type === "application/json" || (type === "text/plain" && hasKeyInAddress)) return "json";
  return type === "application/x-protobuf" ? "protobuf" : undefined;
}
