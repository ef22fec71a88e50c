import { trace, type Meter, type Tracer } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import type { Logger } from "@voxloop/analytics";
import type { TelemetryConfig } from "./config.ts";
import { alsoTo } from "./logs.ts";
import type { startOtlp } from "./otlp.ts";

/** What this process tells about itself: numbers to whoever asks `/metrics`, and all three signals to where OTEL_* says. */
export interface Telemetry {
  /** Every instrument belongs on each of them. */
  meters: readonly Meter[];
  /** Its spans cost nothing unless they are sent. */
  tracer: Tracer;
  /** Logs as the one that was given, and to where OTEL_* says. */
  log: Logger;
  /** All numbers in Prometheus' text format. */
  render(): Promise<string>;
  close(): Promise<void>;
}

const NAME = "voxloop";

/** OpenTelemetry's names have no unit, Prometheus' end with it. */
const VIEWS = [
  { instrumentName: "http.server.request.duration", name: "http.server.request.duration_seconds" },
  { instrumentName: "process.memory.usage", name: "process.memory.usage_bytes" },
];

export async function openTelemetry(config: TelemetryConfig | undefined, log: Logger): Promise<Telemetry> {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer("", false, undefined, true, true);
  const provider = new MeterProvider({ readers: [reader], views: VIEWS });
  const otlp = config === undefined ? undefined : (await loadOtlp())({ ...config, log });
  const meter = provider.getMeter(NAME);
  return {
    meters: otlp === undefined ? [meter] : [meter, otlp.meter],
    tracer: otlp?.tracer ?? trace.getTracer(NAME),
    log: otlp === undefined ? log : alsoTo(otlp.logger, log),
    async render() {
      const { resourceMetrics } = await reader.collect();
      return `${serializer.serialize(resourceMetrics)}\n`;
    },
    async close() {
      await otlp?.close();
      await provider.shutdown();
    },
  };
}

/** The SDK with its exporters is large: a process that sends nothing does not carry it. */
async function loadOtlp(): Promise<typeof startOtlp> {
  const { startOtlp } = await import("./otlp.ts");
  return startOtlp;
}
