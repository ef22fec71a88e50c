import type { Transport, TransportReply, VoxEvent } from "./core/event.ts";

/** Stands in for the network in an app's own tests: `init({ ..., transport: memory.transport })`, then read `events`. */
export interface MemoryTransport {
  transport: Transport;
  /** What was accepted, oldest first; attributes of the resource and of the event together. */
  events: VoxEvent[];
  /** Every request body, also of requests that were refused. */
  requests: string[];
  /** Answers the next request so instead of 200. Repeated calls line up. */
  answerNext: (reply: TransportReply) => void;
}

export function createMemoryTransport(): MemoryTransport {
  const events: VoxEvent[] = [];
  const requests: string[] = [];
  const replies: TransportReply[] = [];
  return {
    events,
    requests,
    answerNext: (reply) => void replies.push(reply),
    async transport({ body }) {
      requests.push(body);
      const reply = replies.shift() ?? { status: 200 };
      if (reply.status === 200) events.push(...decodeRequest(body));
      return reply;
    },
  };
}

/** The parts of an OTLP/JSON logs request that this SDK, and OpenTelemetry's own for it, write. */
interface LogsRequest {
  resourceLogs: { resource: { attributes: KeyValue[] }; scopeLogs: { logRecords: LogRecord[] }[] }[];
}

interface LogRecord {
  timeUnixNano: string;
  eventName: string;
  attributes: KeyValue[];
}

interface KeyValue {
  key: string;
  value: { stringValue?: string; boolValue?: boolean; intValue?: string | number; doubleValue?: number };
}

/** The events of an OTLP/JSON request. */
export function decodeRequest(body: string): VoxEvent[] {
  const { resourceLogs } = JSON.parse(body) as LogsRequest;
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map(({ eventName, timeUnixNano, attributes }) => ({
        name: eventName,
        time: Number(BigInt(timeUnixNano) / 1_000_000n),
        attributes: { ...decodeAttributes(resource.attributes), ...decodeAttributes(attributes) },
      })),
    ),
  );
}

function decodeAttributes(attributes: KeyValue[]): VoxEvent["attributes"] {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? Number(value.intValue ?? value.doubleValue),
    ]),
  );
}
