import { ATTR } from "@voxloop/contract";
import type { SimulatedEvent } from "./session.ts";
import { DEMO } from "./truths.ts";

/** An OTLP/JSON ExportLogsServiceRequest; events of one release share a resource, as those of one app do. */
export function encodeOtlp(events: readonly SimulatedEvent[]): string {
  const resourceLogs = [...Map.groupBy(events, (event) => event.release)].map(([release, of]) => ({
    resource: {
      attributes: toKeyValues({
        [ATTR.serviceName]: DEMO.service,
        [ATTR.serviceVersion]: release,
        [ATTR.environment]: DEMO.environment,
      }),
    },
    scopeLogs: [{ scope: { name: "voxloop-simulator" }, logRecords: of.map(toLogRecord) }],
  }));
  return JSON.stringify({ resourceLogs });
}

function toLogRecord({ name, time, attributes }: SimulatedEvent) {
  return { timeUnixNano: `${time}000000`, eventName: name, attributes: toKeyValues(attributes) };
}

function toKeyValues(attributes: Record<string, string | number>) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: value } : { stringValue: value },
  }));
}
