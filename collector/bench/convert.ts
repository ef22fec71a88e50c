import { gunzipSync } from "node:zlib";
import { createRedactor, decodeEvents, encodeEvents, mergeBlocks, readBlock } from "@voxloop/warehouse";
import { convertToBlock } from "../src/ingest/convert.ts";
import { decodeOtlpJson } from "../src/ingest/otlp/json.ts";
import { LogsRequest } from "../src/ingest/otlp/logs-message.fixture.ts";
import { decodeOtlpProtobuf } from "../src/ingest/otlp/protobuf.ts";

/** Gzip bodies of a hundred events each. */
export interface Bodies {
  protobuf: Buffer[];
  json: Buffer[];
}

const EVENTS_PER_BODY = 100;
const ROUNDS = 7;

/** What each step between a request's body and ClickHouse costs, in microseconds of one thread an event; the median of rounds. */
export function measureConversion({ protobuf, json }: Bodies): Record<string, number> {
  const plain = protobuf.map((body) => gunzipSync(body));
  const plainJson = json.map((body) => gunzipSync(body));
  const policy = { rules: [], discarded: [] };
  const all = { project: "p", environments: [], receivedAt: new Date(), userAgent: "", batch: "b", policy };
  const toBlock = (body: Buffer) =>
    convertToBlock({ ...all, body, format: "otlp-logs-protobuf", compression: "gzip" }).content;
  const blocks = protobuf.map((body) => readBlock(toBlock(body)));
  const events = blocks.map(decodeEvents);
  const redactor = createRedactor(() => undefined);
  const ids = events.flat().map(({ event_id: id = "" }) => id);
  const steps: Record<string, () => void> = {
    "unpack protobuf": () => protobuf.forEach((body) => gunzipSync(body)),
    "decode protobuf, ours": () => plain.forEach((body) => decodeOtlpProtobuf(body)),
    "decode protobuf, protobufjs": () => plain.forEach((body) => LogsRequest.decode(body)),
    "decode JSON": () => plainJson.forEach((body) => decodeOtlpJson(body)),
    "redact one id never seen before": () => ids.forEach((id) => redactor.text(id)),
    "encode a block": () => events.forEach((some) => encodeEvents(some)),
    "all of it, from protobuf": () => protobuf.forEach(toBlock),
    "all of it, from JSON": () =>
      json.forEach((body) => convertToBlock({ ...all, body, format: "otlp-logs-json", compression: "gzip" })),
    "join blocks": () => mergeBlocks(blocks),
  };
  return medians(steps, protobuf.length * EVENTS_PER_BODY);
}

function medians(steps: Record<string, () => void>, events: number): Record<string, number> {
  const found = new Map<string, number[]>(Object.keys(steps).map((name) => [name, []]));
  // Step after step and round after round, so that what else the machine does meets all alike.
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, step] of Object.entries(steps)) {
      const before = process.cpuUsage();
      step();
      const { user, system } = process.cpuUsage(before);
      found.get(name)?.push((user + system) / events);
    }
  return Object.fromEntries(
    [...found].map(([name, costs]) => [name, costs.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0]),
  );
}
