import { decodeBeacon } from "./beacon/decode.ts";
import { decodeOtlpJson } from "./otlp/json.ts";
import { decodeOtlpProtobuf } from "./otlp/protobuf.ts";
import { decodeTracesJson } from "./otlp/traces-json.ts";
import { decodeTracesProtobuf } from "./otlp/traces-protobuf.ts";
import { decodeSegmentBatch, decodeSegmentCall } from "./segment/decode.ts";
import type { ResourceRecords } from "./record.ts";

/**
 * Decoders by the format of a body. Each is pure and synchronous, since it runs in a worker as well. It throws MalformedBody
 * or TooManyRecords for a body that is refused whole; what is wrong with one record stands in that record's place.
 */
export const DECODERS = {
  "otlp-logs-json": decodeOtlpJson,
  "otlp-logs-protobuf": decodeOtlpProtobuf,
  "otlp-traces-json": decodeTracesJson,
  "otlp-traces-protobuf": decodeTracesProtobuf,
  "segment-batch": decodeSegmentBatch,
  "segment-track": decodeSegmentCall("track"),
  "segment-identify": decodeSegmentCall("identify"),
  "segment-page": decodeSegmentCall("page"),
  "segment-screen": decodeSegmentCall("screen"),
  "segment-group": decodeSegmentCall("group"),
  "segment-alias": decodeSegmentCall("alias"),
  beacon: decodeBeacon,
} satisfies Record<string, (body: Uint8Array) => ResourceRecords[]>;

export type Format = keyof typeof DECODERS;
