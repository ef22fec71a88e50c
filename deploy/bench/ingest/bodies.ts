import { gzipSync } from "node:zlib";
import { PbfWriter } from "pbf";
import { randomEvent, randomPhone, type BankEvent, type Phone } from "./bank-events.ts";

export type BodyKind = "protobuf" | "json" | "beacon";

const PHONES_PER_BATCH = 10;
const EVENTS_PER_PHONE = 10;
/** A session is thirty events: a phone sends ten of them at a time. */
const SENDS_PER_SESSION = 3;
/** Phones that are in a session at a time. */
const ACTIVE_PHONES = 2_000;

interface PhoneEvents {
  phone: Phone;
  events: BankEvent[];
}

/** One body of fresh events: a gzip OTLP request of a hundred events of ten phones, or a beacon of one event. */
export function makeBody(kind: BodyKind): { body: Buffer; events: number; plainBytes: number } {
  if (kind === "beacon") {
    const [one] = makePhones(1, 1);
    const body = Buffer.from(toJson(one === undefined ? [] : [one]));
    return { body, events: 1, plainBytes: body.length };
  }
  const phones = makePhones(PHONES_PER_BATCH, EVENTS_PER_PHONE);
  const plain = kind === "json" ? Buffer.from(toJson(phones)) : toProtobuf(phones);
  return {
    body: gzipSync(plain, { level: 1 }),
    events: PHONES_PER_BATCH * EVENTS_PER_PHONE,
    plainBytes: plain.length,
  };
}

interface Active {
  phone: Phone;
  sends: number;
  lastAt: number;
}

const active = new Map<number, Active>();

/** Lets phones, each in the midst of its session, send what they did since they sent last. */
function makePhones(count: number, eventsEach: number): PhoneEvents[] {
  return Array.from({ length: count }, () => {
    const index = Math.floor(Math.random() * ACTIVE_PHONES);
    const one = active.get(index) ?? { phone: randomPhone(), sends: 0, lastAt: Date.now() - 60_000 };
    one.sends += eventsEach / EVENTS_PER_PHONE;
    active.set(index, one);
    if (one.sends >= SENDS_PER_SESSION) active.delete(index);
    const events = Array.from({ length: eventsEach }, () => {
      one.lastAt += Math.floor(300 + Math.random() * 2_000);
      return randomEvent(one.phone, one.lastAt);
    });
    return { phone: one.phone, events };
  });
}

function keyValues(pairs: Record<string, string>): object[] {
  return Object.entries(pairs).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function toJson(phones: readonly PhoneEvents[]): string {
  const resourceLogs = phones.map(({ phone, events }) => ({
    resource: { attributes: keyValues(phone.resource) },
    scopeLogs: [
      {
        logRecords: events.map(({ name, time, attributes }) => ({
          timeUnixNano: `${time}000000`,
          eventName: name,
          attributes: keyValues(attributes),
        })),
      },
    ],
  }));
  return JSON.stringify({ resourceLogs });
}

// Field numbers of opentelemetry/proto/logs/v1/logs.proto and common/v1/common.proto.
function toProtobuf(phones: readonly PhoneEvents[]): Buffer {
  const writer = new PbfWriter();
  for (const one of phones) writer.writeMessage(1, writeResourceLogs, one);
  return Buffer.from(writer.finish());
}

function writeResourceLogs({ phone, events }: PhoneEvents, writer: PbfWriter): void {
  writer.writeMessage(1, writePairs, { field: 1, pairs: phone.resource });
  writer.writeMessage(2, writeScopeLogs, events);
}

function writeScopeLogs(events: BankEvent[], writer: PbfWriter): void {
  for (const event of events) writer.writeMessage(2, writeRecord, event);
}

function writeRecord({ name, time, attributes }: BankEvent, writer: PbfWriter): void {
  const nanoseconds = BigInt(time) * 1_000_000n;
  writer.writeTag(1, 1);
  writer.writeFixed32(Number(nanoseconds & 0xffff_ffffn));
  writer.writeFixed32(Number(nanoseconds >> 32n));
  writePairs({ field: 6, pairs: attributes }, writer);
  writer.writeStringField(12, name);
}

function writePairs(
  { field, pairs }: { field: number; pairs: Record<string, string> },
  writer: PbfWriter,
): void {
  for (const pair of Object.entries(pairs)) writer.writeMessage(field, writePair, pair);
}

function writePair([key, value]: [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, key);
  writer.writeMessage(2, writeText, value);
}

function writeText(value: string, writer: PbfWriter): void {
  writer.writeStringField(1, value);
}
