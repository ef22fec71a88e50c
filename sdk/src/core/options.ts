import type { Attributes, Transport, VoxEvent } from "./event.ts";

export interface InitOptions {
  /** The project's write key. It may only write events, so it may be public. */
  writeKey: string;
  /** Where the collector listens, e.g. `https://voxloop.example.com`; events go to `${endpoint}/v1/logs`. */
  endpoint: string;
  service: string;
  /** Version of the app, e.g. `8.0.2`. */
  release: string;
  /** E.g. `production`. */
  environment: string;
  /** E.g. `app`, `web`, `wechat`. */
  channel?: string | undefined;
  /** E.g. `care` for the care mode of older customers. */
  audience?: string | undefined;
  /** Sent with every event. */
  attributes?: Attributes | undefined;
  /** Write what goes wrong inside the SDK to the console. */
  debug?: boolean | undefined;
  /** Sees each event last, after redaction; may change it, or return null to keep it from being sent. */
  beforeSend?: ((event: VoxEvent) => VoxEvent | null) | undefined;
  /** Default 2,000. */
  flushIntervalMs?: number | undefined;
  /** Events in one request. Default 50 in a browser, 500 on Node. */
  maxBatchSize?: number | undefined;
  /** Events kept while the collector is away; errors are kept longest. Default 1,000 in a browser, 10,000 on Node. */
  maxQueueSize?: number | undefined;
  /** The clock of events, for replaying history. Without it the machine's clock, whose skew the collector corrects. */
  now?: (() => Date) | undefined;
  /** Takes the place of the network, in tests. */
  transport?: Transport | undefined;
}

/** Options with every default filled in. */
export interface Settings extends InitOptions {
  flushIntervalMs: number;
  maxBatchSize: number;
  maxQueueSize: number;
}

const REQUIRED = ["writeKey", "endpoint", "service", "release", "environment"] as const;

/** The options with defaults, and what is wrong with them; with any problem the client stays inert. */
export function readOptions(
  options: InitOptions,
  defaults: Partial<Settings> = {},
): { settings: Settings; problems: string[] } {
  const given: InitOptions = { ...options };
  const endpoint = typeof given.endpoint === "string" ? given.endpoint : "";
  const problems: string[] = REQUIRED.filter(
    (name) => typeof given[name] !== "string" || given[name].trim() === "",
  ).map((name) => `${name} must be text that is not empty`);
  if (endpoint && !/^(https?:\/\/[^\s?#]+|\/[^\s?#]*)$/i.test(endpoint.trim())) {
    problems.push("endpoint must be an http(s) address without a query");
  }
  for (const name of ["beforeSend", "now", "transport"] as const) {
    if (given[name] != null && typeof given[name] !== "function") problems.push(`${name} must be a function`);
  }
  const settings: Settings = {
    ...given,
    endpoint: endpoint.trim().replace(/\/+$/, ""),
    flushIntervalMs: within(given.flushIntervalMs, 10, 60_000) ?? 2_000,
    maxBatchSize: within(given.maxBatchSize, 1, 1_000) ?? defaults.maxBatchSize ?? 50,
    maxQueueSize: within(given.maxQueueSize, 1, 100_000) ?? defaults.maxQueueSize ?? 1_000,
  };
  return { settings, problems };
}

function within(value: unknown, min: number, max: number): number | undefined {
  return typeof value === "number" && value >= min ? Math.min(Math.floor(value), max) : undefined;
}
