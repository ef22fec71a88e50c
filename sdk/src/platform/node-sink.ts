import { setTimeout as sleep } from "node:timers/promises";
import { SeverityNumber } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from "@opentelemetry/sdk-logs";
import type { Sink, VoxEvent } from "../core/event.ts";
import type { Settings } from "../core/options.ts";
import { isErrorEvent } from "../core/otlp.ts";
import { resourceOf } from "../core/resource.ts";
import type { DoorParts } from "../core/start.ts";
import { VERSION } from "../core/version.ts";
import { DeliveringExporter } from "./delivering-exporter.ts";
import { createTransportExporter } from "./transport-exporter.ts";

/** OpenTelemetry repeats within this time by itself, and honours a `Retry-After` that fits into it. */
const EXPORT_TIMEOUT_MS = 60_000;
const PATIENCE_MS = 10 * 60_000;
const FLUSH_TIMEOUT_MS = 15_000;
/** The last part of the queue is for errors only. */
const ERRORS_ONLY_SHARE = 0.1;

/** The way out on Node: OpenTelemetry's own provider, batch processor and OTLP exporter. */
export function createNodeSink({ settings, losses, onDelivered }: DoorParts): Sink {
  const { maxQueueSize } = settings;
  let waiting = 0;
  const exporter = new DeliveringExporter({
    exporter: createExporter(settings),
    losses,
    onSettled(count, isDelivered) {
      waiting -= count;
      if (isDelivered) onDelivered();
    },
    patienceMs: PATIENCE_MS,
    random: Math.random,
  });
  const provider = createProvider(settings, exporter);
  const logger = provider.getLogger("@voxloop/sdk", VERSION);
  let flushing: Promise<void> = Promise.resolve();

  return {
    add(event) {
      const limit = isErrorEvent(event) ? maxQueueSize : Math.ceil(maxQueueSize * (1 - ERRORS_ONLY_SHARE));
      if (waiting >= limit) return losses.add("queue_full");
      waiting++;
      logger.emit(recordOf(event));
    },
    flush() {
      // One after the other: a flush during a flush would return before its own records are out.
      flushing = flushing
        .then(() => provider.forceFlush({ timeoutMillis: FLUSH_TIMEOUT_MS }))
        .catch(() => undefined);
      return flushing;
    },
    async close() {
      exporter.hurry();
      await Promise.race([
        flushing.then(() => provider.shutdown()),
        sleep(FLUSH_TIMEOUT_MS, undefined, { ref: false }),
      ]);
      losses.add("closed", waiting);
    },
  };
}

function createExporter(settings: Settings): LogRecordExporter {
  const { endpoint, writeKey, transport } = settings;
  if (transport) return createTransportExporter(transport, resourceOf(settings));
  return new OTLPLogExporter({
    url: `${endpoint}/v1/logs`,
    headers: { "x-voxloop-key": writeKey },
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
}

function createProvider(settings: Settings, exporter: LogRecordExporter): LoggerProvider {
  const processor = new BatchLogRecordProcessor({
    exporter,
    // Twice, so that what has to go is refused and counted by the sink, never silently here.
    maxQueueSize: settings.maxQueueSize * 2,
    maxExportBatchSize: Math.min(settings.maxBatchSize, settings.maxQueueSize),
    scheduledDelayMillis: settings.flushIntervalMs,
    exportTimeoutMillis: 2 * PATIENCE_MS,
  });
  const resource = resourceFromAttributes(resourceOf(settings));
  return new LoggerProvider({ resource, processors: [processor] });
}

function recordOf(event: VoxEvent): Parameters<ReturnType<LoggerProvider["getLogger"]>["emit"]>[0] {
  return {
    eventName: event.name,
    // As a Date: OpenTelemetry takes a number from before the start of the process for an offset from it.
    timestamp: new Date(event.time),
    severityNumber: isErrorEvent(event) ? SeverityNumber.ERROR : SeverityNumber.INFO,
    attributes: event.attributes,
  };
}
