import { type Context, Hono } from "hono";
import { accept, type IngestDeps } from "../accept.ts";
import { describeProblems } from "../convert.ts";
import { Refused } from "../refused.ts";
import { acceptLogs, type OtlpEncoding, refuse } from "./answer.ts";

/** `POST /v1/logs`: OTLP/HTTP logs. Answers 200 only when the records are on disk. */
export function createOtlpRoutes(deps: IngestDeps): Hono {
  return new Hono().post("/v1/logs", (context) => answerLogs(deps, context));
}

async function answerLogs(deps: IngestDeps, context: Context): Promise<Response> {
  const encoding = encodingOf(context.req.header("content-type"), context.req.query("key") !== undefined);
  const outcome = await accept(deps, {
    request: context.req.raw,
    format: encoding && `otlp-logs-${encoding}`,
    takes: "application/json, application/x-protobuf",
  });
  if (outcome instanceof Refused) return refuse(context, encoding ?? "json", outcome);
  const { problems } = outcome;
  const partial = { rejected: problems.length, message: describeProblems(problems) };
  return acceptLogs(context, encoding ?? "json", problems.length === 0 ? undefined : partial);
}

/** A browser's sendBeacon sends JSON as text/plain, which needs no preflight, and can name its key in the address only. */
function encodingOf(contentType = "", hasKeyInAddress = false): OtlpEncoding | undefined {
  const type = contentType.split(";")[0]?.trim().toLowerCase();
  if (type === "application/json" || (type === "text/plain" && hasKeyInAddress)) return "json";
  return type === "application/x-protobuf" ? "protobuf" : undefined;
}
