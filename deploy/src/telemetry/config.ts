/** What a process that sends its own telemetry is told; the standard OTEL_* variables say the rest to OpenTelemetry's SDK. */
export interface TelemetryConfig {
  serviceName: string;
  /** OTEL_TRACES_SAMPLER is set and decides which requests have a span. */
  hasOwnSampler: boolean;
}

const ENDPOINTS = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
  "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
] as const;

type Variables = Record<
  (typeof ENDPOINTS)[number] | "OTEL_SDK_DISABLED" | "OTEL_SERVICE_NAME" | "OTEL_TRACES_SAMPLER",
  string | undefined
>;

/** `roles` are named in the service's name when the process has only some. */
export function readTelemetry(variables: Variables, roles: readonly string[]): TelemetryConfig | undefined {
  const isWanted = ENDPOINTS.some((name) => variables[name] !== undefined);
  if (!isWanted || variables.OTEL_SDK_DISABLED?.toLowerCase() === "true") return undefined;
  return {
    serviceName: variables.OTEL_SERVICE_NAME ?? ["voxloop", ...roles].join("-"),
    hasOwnSampler: variables.OTEL_TRACES_SAMPLER !== undefined,
  };
}

interface Listening {
  port: number;
  host: string;
  publicUrl: string;
  telemetry: TelemetryConfig | undefined;
}

/** A collector that sent its own telemetry to itself would tell of every telling, without end. */
export function ownEndpoints(variables: Variables, of: Listening): string[] {
  if (of.telemetry === undefined) return [];
  return ENDPOINTS.filter((name) => isOwn(variables[name], of)).map(
    (name) => `${name} is this process itself; allowed: another address, or unset`,
  );
}

const HERE = new Set(["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"]);

function isOwn(endpoint: string | undefined, { port, host, publicUrl }: Listening): boolean {
  const target = endpoint === undefined ? null : URL.parse(endpoint);
  if (target === null) return false;
  if (target.origin === new URL(publicUrl).origin) return true;
  const targetPort = Number(target.port || (target.protocol === "https:" ? 443 : 80));
  return targetPort === port && (HERE.has(target.hostname) || target.hostname === host);
}
