import type { Attributes, Transport, VoxEvent } from "./event.ts";
import type { RateLimit } from "./rate-limit.ts";

/** A `Feature`, as far as options need to know one. */
export interface Startable {
  readonly name: string;
  start: (client: never) => () => void;
}

export interface InitOptions {
  /** The project's write key. It may only write events, so it may be public. */
  writeKey: string;
  /**
   * Where the collector listens, e.g. `https://voxloop.example.com`, or a path of the page's own site that leads to it,
   * e.g. `/voxloop`; events go to `${endpoint}/v1/logs`.
   */
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
  /** False: the client does nothing. Default true. */
  enabled?: boolean | undefined;
  /**
   * `granted` (default); `required`: nothing is sent, stored or kept before `grantConsent()`; `cookieless`: events are
   * sent, nothing is stored on the device. What `grantConsent()` and `denyConsent()` said last on this device wins.
   */
  consent?: "granted" | "required" | "cookieless" | undefined;
  /** Where the customer and waiting events outlive the page. Default `localStorage`, with IndexedDB for the events. */
  persistence?: "localStorage" | "memory" | undefined;
  /** Share of customers, 0 to 1, whose events are sent; errors always are. Default 1. */
  sampleRate?: number | undefined;
  /** Sees each event last, after redaction; may change it, or return null to keep it from being sent. */
  beforeSend?: ((event: VoxEvent) => VoxEvent | null) | undefined;
  /** Captured errors whose `type: message` contains one of the texts, or matches, are not sent. */
  ignoreErrors?: readonly (string | RegExp)[] | undefined;
  /** Default in a browser: 10 events a second, 100 at once; errors have a budget of their own, as large. On Node: none. */
  rateLimit?: RateLimit | undefined;
  /** Where requests may carry the trace of the transaction they belong to: starts of addresses, or patterns. */
  tracePropagationTargets?: readonly (string | RegExp)[] | undefined;
  /** What the client does beyond what it is told, e.g. `autocapture()`. */
  features?: readonly Startable[] | undefined;
  /** Default 2,000. */
  flushIntervalMs?: number | undefined;
  /** Events in one request. Default 50 in a browser, 500 on Node. */
  maxBatchSize?: number | undefined;
  /** Events kept while the collector is away; errors are kept longest. Default 1,000 in a browser, 10,000 on Node. */
  maxQueueSize?: number | undefined;
  /** Write what goes wrong inside the SDK to the console. */
  debug?: boolean | undefined;
  /** The clock of events, for replaying history. Without it the machine's clock, whose skew the collector corrects. */
  now?: (() => Date) | undefined;
  /** Takes the place of the network, in tests. */
  transport?: Transport | undefined;
}

/** Options with every default filled in. `sampleRate` may change while the client lives. */
export interface Settings extends InitOptions {
  sampleRate: number;
  flushIntervalMs: number;
  maxBatchSize: number;
  maxQueueSize: number;
}

const SIZES = { flushIntervalMs: 2_000, maxBatchSize: 50, maxQueueSize: 1_000 };

const isCall = (value: unknown): boolean => !value || typeof value === "function";
const isList = (value: unknown): boolean => !value || Array.isArray(value);

/** What must hold, or the client stays inert: a misspelt `consent` must not be taken for one. */
const RULES: Record<string, (value: never) => boolean> = {
  writeKey: isText,
  endpoint: (value) => /^\s*(https?:\/\/[^\s?#]+|\/[^\s?#]*)\s*$/i.test(value),
  service: isText,
  release: isText,
  environment: isText,
  consent: (value) => /^(granted|required|cookieless|undefined)$/.test(value),
  persistence: (value) => /^(localStorage|memory|undefined)$/.test(value),
  beforeSend: isCall,
  now: isCall,
  transport: isCall,
  ignoreErrors: isList,
  tracePropagationTargets: isList,
  features: isList,
};

/** The options with defaults, and the names of those that are missing or wrong. */
export function readOptions(
  options: InitOptions,
  defaults: Partial<Settings> = {},
): { settings: Settings; wrong: string[] } {
  const usual = { sampleRate: 1, ...SIZES, ...defaults };
  const given = { ...usual, ...options } as Settings & Record<string, unknown>;
  const wrong = Object.keys(RULES).filter((name) => !RULES[name]!(given[name] as never));
  for (const name of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
    if (!isSize(given[name])) given[name] = usual[name];
  }
  return { settings: { ...given, endpoint: given.endpoint?.trim().replace(/\/+$/, "") }, wrong };
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** True for what can be a number of things or of milliseconds. */
export function isSize(value: unknown): value is number {
  return Number.isFinite(value) && Number(value) >= 1;
}
