import { gzipSync } from "node:zlib";
import { PbfWriter } from "pbf";

export const EVENTS_PER_BATCH = 20;
const KEY = "vwk_good";

/** A request whose bytes are sent again as they are until somebody acknowledges it. */
export interface Request {
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

interface Event {
  id: string;
  time: number;
}

const idsOf = (batch: string) => Array.from({ length: EVENTS_PER_BATCH }, (_, index) => `${batch}/${index}`);

/** A request of events with the ids `<batch>/0` to `<batch>/19`, in one protocol after the other. */
export function makeRequest(batch: string, number: number): Request {
  const events = idsOf(batch).map((id, index) => ({ id, time: Date.now() - index }));
  return (MAKERS[number % MAKERS.length] ?? logsJson)(events);
}

const MAKERS = [logsJson, logsGzip, logsProtobuf, segmentBatch, beacon];

const JSON_HEADERS = { "content-type": "application/json", "x-voxloop-key": KEY };

function logsJson(events: readonly Event[]): Request {
  const logRecords = events.map(({ id, time }) => ({
    timeUnixNano: `${time}000000`,
    eventName: "fault.test",
    attributes: [
      { key: "log.record.uid", value: { stringValue: id } },
      { key: "vox.flow", value: { stringValue: "transfer" } },
      { key: "vox.error.code", value: { stringValue: "E1042" } },
    ],
  }));
  const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
  return { path: "/v1/logs", headers: JSON_HEADERS, body };
}

function logsGzip(events: readonly Event[]): Request {
  const { body, ...request } = logsJson(events);
  return { ...request, headers: { ...JSON_HEADERS, "content-encoding": "gzip" }, body: gzipSync(body) };
}

// Field numbers of opentelemetry/proto/logs/v1/logs.proto and common/v1/common.proto.
function logsProtobuf(events: readonly Event[]): Request {
  const writer = new PbfWriter();
  writer.writeMessage(1, (_, resource) => resource.writeMessage(2, writeRecords, events), undefined);
  const headers = { ...JSON_HEADERS, "content-type": "application/x-protobuf" };
  return { path: "/v1/logs", headers, body: Buffer.from(writer.finish()) };
}

function writeRecords(events: readonly Event[], scope: PbfWriter): void {
  for (const event of events) scope.writeMessage(2, writeRecord, event);
}

function writeRecord({ id, time }: Event, record: PbfWriter): void {
  const nanoseconds = BigInt(time) * 1_000_000n;
  record.writeTag(1, 1);
  record.writeFixed32(Number(nanoseconds & 0xffff_ffffn));
  record.writeFixed32(Number(nanoseconds >> 32n));
  record.writeMessage(6, writePair, ["log.record.uid", id]);
  record.writeStringField(12, "fault.test");
}

function writePair([key, text]: readonly [string, string], pair: PbfWriter): void {
  pair.writeStringField(1, key);
  pair.writeMessage(2, (_, value) => value.writeStringField(1, text), undefined);
}

function segmentBatch(events: readonly Event[]): Request {
  const batch = events.map(({ id, time }) => ({
    type: "track",
    event: "fault.test",
    messageId: id,
    anonymousId: "a",
    timestamp: new Date(time).toISOString(),
  }));
  return { path: "/v1/batch", headers: JSON_HEADERS, body: Buffer.from(JSON.stringify({ batch })) };
}

function beacon(events: readonly Event[]): Request {
  const body = Buffer.from(JSON.stringify(events.map(({ id, time }) => ({ event: "fault.test", id, time }))));
  return { path: `/v1/e?key=${KEY}`, headers: { "content-type": "text/plain" }, body };
}
