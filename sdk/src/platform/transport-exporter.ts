import { type ExportResult, ExportResultCode, hrTimeToMilliseconds } from "@opentelemetry/core";
import type { LogRecordExporter, ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Transport, VoxEvent } from "../core/event.ts";
import { encodeRecord, encodeRequest } from "../core/otlp.ts";
import { NETWORK_ERROR } from "../core/retry.ts";

/** Gives a transport of the app's own what OpenTelemetry's exporter would have sent. */
export function createTransportExporter(
  transport: Transport,
  resource: Record<string, string>,
): LogRecordExporter {
  async function send(records: ReadableLogRecord[]): Promise<ExportResult> {
    const body = encodeRequest(
      resource,
      records.map((record) => encodeRecord(eventOf(record))),
    );
    const { status, retryAfterMs } = await transport({ body, isLast: false }).catch(() => NETWORK_ERROR);
    if (status >= 200 && status < 300) return { code: ExportResultCode.SUCCESS };
    const error = Object.assign(new Error(`transport answered ${status}`), { code: status, retryAfterMs });
    return { code: ExportResultCode.FAILED, error };
  }
  return {
    export: (records, onResult) => {
      send(records).then(onResult, (error: unknown) =>
        onResult({ code: ExportResultCode.FAILED, error: error as Error }),
      );
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
}

function eventOf(record: ReadableLogRecord): VoxEvent {
  return {
    name: record.eventName ?? "",
    time: hrTimeToMilliseconds(record.hrTime),
    attributes: record.attributes as VoxEvent["attributes"],
  };
}
