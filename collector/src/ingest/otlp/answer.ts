import type { Context } from "hono";
import { PbfWriter } from "pbf";

export type OtlpEncoding = "json" | "protobuf";

/** What OTLP lets a server say no with; the body is a google.rpc.Status in the request's encoding. */
export interface Refusal {
  status: 400 | 401 | 413 | 415 | 500 | 503;
  message: string;
  /** Seconds after which the same request may succeed; only then will an exporter send it again. */
  retryAfterSeconds?: number;
}

// google.rpc.Code
const CODES: Record<Refusal["status"], number> = { 400: 3, 401: 16, 413: 3, 415: 3, 500: 13, 503: 14 };

export function refuse(context: Context, encoding: OtlpEncoding, refusal: Refusal): Response {
  const { status, message, retryAfterSeconds } = refusal;
  if (retryAfterSeconds !== undefined) context.header("Retry-After", String(retryAfterSeconds));
  if (status === 401) context.header("WWW-Authenticate", "Bearer");
  const code = CODES[status];
  if (encoding === "json") return context.json({ code, message }, status);
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, code);
  pbf.writeStringField(2, message);
  return context.body(Buffer.from(pbf.finish()), status, PROTOBUF);
}

/** An ExportLogsServiceResponse; its partial success is left out when every record was kept. */
export function acceptLogs(
  context: Context,
  encoding: OtlpEncoding,
  partial?: { rejected: number; message: string },
): Response {
  if (encoding === "json") {
    const success = partial && {
      rejectedLogRecords: String(partial.rejected),
      errorMessage: partial.message,
    };
    return context.json(success === undefined ? {} : { partialSuccess: success });
  }
  const pbf = new PbfWriter();
  if (partial !== undefined)
    pbf.writeMessage(
      1,
      (of, writer) => {
        writer.writeVarintField(1, of.rejected);
        writer.writeStringField(2, of.message);
      },
      partial,
    );
  return context.body(Buffer.from(pbf.finish()), 200, PROTOBUF);
}

const PROTOBUF = { "Content-Type": "application/x-protobuf" };
