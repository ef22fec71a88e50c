import { setTimeout as sleep } from "node:timers/promises";
import {
  DiagLogLevel,
  diag,
  logs,
  metrics,
  SpanKind,
  trace,
  type Logger as OtelLogger,
  type Meter,
  type Tracer,
} from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { SamplingDecision, type Sampler } from "@opentelemetry/sdk-trace";
import type { Logger } from "@voxloop/analytics";

const NAME = "voxloop";

/** One request in twenty has a span, as all of a busy collector's would be too many; an insert is seldom and always has one. */
const REQUEST_SHARE = 0.05;

const LAST_SENDING_MS = 3_000;

export interface Otlp {
  meter: Meter;
  tracer: Tracer;
  logger: OtelLogger;
  /** Sends what waits, for three seconds at most, and ends. */
  close(): Promise<void>;
}

/**
 * Starts OpenTelemetry's own SDK, which reads the standard OTEL_* variables itself (exporters, protocol, headers,
 * resource, intervals). What it cannot send is told to `log` and lost.
 */
export function startOtlp(of: { serviceName: string; hasOwnSampler: boolean; log: Logger }): Otlp {
  const warn = (message: string) => of.log.warn({ telemetry: message }, "own telemetry has a problem");
  diag.setLogger(
    { error: warn, warn, info() {}, debug() {}, verbose() {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const sdk = new NodeSDK({
    serviceName: of.serviceName,
    ...(of.hasOwnSampler ? {} : { sampler: someRequests(Math.random) }),
  });
  sdk.start();
  return {
    meter: metrics.getMeter(NAME),
    tracer: trace.getTracer(NAME),
    logger: logs.getLogger(NAME),
    async close() {
      const ended = sdk.shutdown().catch((error: unknown) => warn(String(error)));
      await Promise.race([ended, sleep(LAST_SENDING_MS, undefined, { ref: false })]);
    },
  };
}

function someRequests(random: () => number): Sampler {
  return {
    shouldSample: (...[, , , kind]: Parameters<Sampler["shouldSample"]>) => ({
      decision:
        kind !== SpanKind.SERVER || random() < REQUEST_SHARE
          ? SamplingDecision.RECORD_AND_SAMPLED
          : SamplingDecision.NOT_RECORD,
    }),
    toString: () => `requests:${REQUEST_SHARE}`,
  };
}
