import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import type { Counters, Rejection } from "../../counters.ts";
import { KeysUnavailable, readWriteKey } from "../../keys.ts";
import type { Logger } from "../../logger.ts";
import type { Redactor } from "../../redact/redact.ts";
import { type Spool, SpoolFullError, SpoolWriteError } from "../../spool/spool.ts";
import { BodyNotGzip, BodyTooLarge, readBody } from "../body.ts";
import { acceptLogs, type OtlpEncoding, refuse, type Refusal } from "./answer.ts";
import { decodeOtlpJson } from "./json.ts";
import { MalformedOtlp, TooManyRecords } from "./logs.ts";
import { decodeOtlpProtobuf } from "./protobuf.ts";
import { buildRows } from "./rows.ts";

export interface IngestDeps {
  spool: Spool;
  findProject: (key: string) => Promise<string | undefined>;
  counters: Counters;
  redactor: Redactor;
  now: () => Date;
  log: Logger;
}

/** `POST /v1/logs`: OTLP/HTTP logs. Answers 200 only when the records are on disk. */
export function createOtlpRoutes(deps: IngestDeps): Hono {
  return new Hono().post("/v1/logs", async (context) => {
    const encoding = encodingOf(context.req.header("content-type"), context.req.query("key") !== undefined);
    try {
      return await ingest(deps, context, encoding);
    } catch (error) {
      const { reason, ...refusal } = refusalOf(error);
      deps.counters.rejected[reason] += 1;
      if (refusal.status === 500) deps.log.error({ error }, "a logs request failed");
      return refuse(context, encoding ?? "json", refusal);
    }
  });
}

class Unauthorized extends Error {}
class Unsupported extends Error {}

async function ingest(
  deps: IngestDeps,
  context: Context,
  encoding: OtlpEncoding | undefined,
): Promise<Response> {
  const project = await authenticate(deps, context);
  if (encoding === undefined)
    throw new Unsupported("the content type is neither application/json nor application/x-protobuf");
  const body = await readBody(context.req.raw, compressionOf(context.req.header("content-encoding")));
  const receivedAt = deps.now();
  const batch = randomUUID();
  const request = encoding === "json" ? decodeOtlpJson(body) : decodeOtlpProtobuf(body);
  const { ndjson, rows, problems } = buildRows(request, { ...deps, project, receivedAt, batch, body });
  if (rows > 0)
    await deps.spool.append({ header: { project, batch, at: receivedAt.getTime(), rows }, ndjson });
  deps.counters.accepted += rows;
  deps.counters.rejected.invalid_record += problems.length;
  return problems.length === 0
    ? acceptLogs(context, encoding)
    : acceptLogs(context, encoding, describe(problems));
}

async function authenticate(deps: IngestDeps, context: Context): Promise<string> {
  const key = readWriteKey(context.req.raw.headers, context.req.query("key"));
  if (key === undefined || key === "")
    throw new Unauthorized("no write key: send it as Authorization: Bearer, x-voxloop-key or ?key=");
  const project = await deps.findProject(key);
  if (project === undefined) throw new Unauthorized("the write key is not valid");
  return project;
}

/** A browser's sendBeacon sends JSON as text/plain, which needs no preflight, and can name its key in the address only. */
function encodingOf(contentType = "", hasKeyInAddress = false): OtlpEncoding | undefined {
  const type = contentType.split(";")[0]?.trim().toLowerCase();
  if (type === "application/json" || (type === "text/plain" && hasKeyInAddress)) return "json";
  return type === "application/x-protobuf" ? "protobuf" : undefined;
}

function compressionOf(contentEncoding = "identity"): "identity" | "gzip" {
  const name = contentEncoding.trim().toLowerCase();
  if (name !== "identity" && name !== "gzip" && name !== "")
    throw new Unsupported(`the content encoding ${JSON.stringify(name)} is neither gzip nor identity`);
  return name === "gzip" ? "gzip" : "identity";
}

const NAMED_PROBLEMS = 20;

function describe(problems: readonly { index: number; reason: string }[]): {
  rejected: number;
  message: string;
} {
  const named = problems.slice(0, NAMED_PROBLEMS).map(({ index, reason }) => `record ${index}: ${reason}`);
  const more = problems.length - named.length;
  return {
    rejected: problems.length,
    message: named.join("; ") + (more > 0 ? `; and ${more} more` : ""),
  };
}

function refusalOf(error: unknown): Refusal & { reason: Rejection } {
  const message = error instanceof Error ? error.message : "";
  if (error instanceof Unauthorized) return { reason: "unauthorized", status: 401, message };
  if (error instanceof Unsupported) return { reason: "unsupported", status: 415, message };
  if (error instanceof BodyTooLarge) return { reason: "too_large", status: 413, message };
  if (error instanceof TooManyRecords)
    return { reason: "too_large", status: 413, message: "the request has too many records" };
  if (error instanceof MalformedOtlp || error instanceof BodyNotGzip)
    return { reason: "malformed", status: 400, message };
  if (error instanceof KeysUnavailable)
    return { reason: "unavailable", status: 503, message, retryAfterSeconds: 5 };
  if (error instanceof SpoolFullError)
    return { reason: "spool_full", status: 503, message, retryAfterSeconds: 10 };
  if (error instanceof SpoolWriteError)
    return {
      reason: "unavailable",
      status: 503,
      message: "the spool cannot be written",
      retryAfterSeconds: 10,
    };
  return { reason: "unavailable", status: 500, message: "internal error" };
}
