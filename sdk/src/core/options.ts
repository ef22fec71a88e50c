import type { Attributes, Transport, VoxEvent } from "./event.ts";
import type { Feature } from "./feature.ts";

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
  /** What the client does beyond what it is told, e.g. `autocapture()`. */
  features?: readonly Feature[] | undefined;
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
  const problems: string[] = REQUIRED.filter((name) => !isText(given[name])).map(
    (name) => `${name} is missing`,
  );
  const endpoint = isText(given.endpoint) ? given.endpoint.trim().replace(/\/+$/, "") : "";
  if (!/^(https?:\/\/[^\s?#]+|\/[^\s?#]*|)$/i.test(endpoint)) problems.push("endpoint is no http(s) address");
  for (const name of ["beforeSend", "now", "transport"] as const) {
    if (given[name] && typeof given[name] !== "function") problems.push(`${name} is no function`);
  }
  const settings: Settings = {
    ...given,
    endpoint,
    flushIntervalMs: positive(given.flushIntervalMs) ?? 2_000,
    maxBatchSize: positive(given.maxBatchSize) ?? defaults.maxBatchSize ?? 50,
    maxQueueSize: positive(given.maxQueueSize) ?? defaults.maxQueueSize ?? 1_000,
  };
  return { settings, problems };
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function positive(value: unknown): number | undefined {
  return Number.isFinite(value) && Number(value) >= 1 ? Math.floor(Number(value)) : undefined;
}
