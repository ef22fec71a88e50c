import type { Context } from "hono";
import { PbfWriter } from "pbf";
import type { Refused } from "../refused.ts";

export type OtlpEncoding = "json" | "protobuf";

// google.rpc.Code
const CODES: Record<Refused["status"], number> = {
  400: 3,
  401: 16,
  403: 7,
  413: 3,
  415: 3,
  429: 8,
  500: 13,
  503: 14,
};

/** A google.rpc.Status in the request's encoding. */
export function refuse(context: Context, encoding: OtlpEncoding, refused: Refused): Response {
  const { status, message } = refused;
  const code = CODES[status];
  if (encoding === "json") return context.json({ code, message }, status);
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, code);
  pbf.writeStringField(2, message);
  return context.body(Buffer.from(pbf.finish()), status, PROTOBUF);
}

export interface PartialSuccess {
  /** JSON's name of the count; in protobuf it is field 1 in every signal. */
  countedAs: "rejectedLogRecords" | "rejectedSpans";
  rejected: number;
  message: string;
}

/** An Export...ServiceResponse; its partial success is left out when every record was kept. */
export function confirm(
  context: Context,
  encoding: OtlpEncoding,
  { countedAs, rejected, message }: PartialSuccess,
): Response {
  if (encoding === "json") {
    const partialSuccess = { [countedAs]: String(rejected), errorMessage: message };
    return context.json(rejected === 0 ? {} : { partialSuccess });
  }
  const pbf = new PbfWriter();
  if (rejected > 0)
    pbf.writeMessage(
      1,
      (_, writer) => {
        writer.writeVarintField(1, rejected);
        writer.writeStringField(2, message);
      },
      undefined,
    );
  return context.body(Buffer.from(pbf.finish()), 200, PROTOBUF);
}

const PROTOBUF = { "Content-Type": "application/x-protobuf" };
