import type { LoggerProvider } from "@opentelemetry/api";
import type { InitOptions } from "../core/options.ts";

/** What `init` takes on Node. `writeKey` and `endpoint` are needed unless `provider` names another way out. */
export interface NodeInitOptions extends Omit<InitOptions, "writeKey" | "endpoint" | "persistence"> {
  writeKey?: string | undefined;
  /** Where the collector listens, e.g. `https://voxloop.example.com`; events go to `${endpoint}/v1/logs`. */
  endpoint?: string | undefined;
  /**
   * The way out. `own` (default): the SDK's queue, straight to the collector; it works beside any OpenTelemetry setup
   * and joins its traces. `global`: the logger provider registered with OpenTelemetry's API, at the time of each event.
   * Or a logger provider. What leaves through a provider is queued, sent and lost by its processors.
   */
  provider?: "own" | "global" | LoggerProvider | undefined;
  /** Report what crashes the process. Node ends it as it would have. Default true. */
  captureUncaught?: boolean | undefined;
  /** Send what waits before the process ends, for at most two seconds once it must. Default true. */
  flushOnExit?: boolean | undefined;
  /** Signals, such as `SIGTERM`, at which the client shuts down and lets the process end if the app does not listen. */
  shutdownSignals?: readonly NodeJS.Signals[] | undefined;
  /**
   * Keeps a serverless runtime awake: called with a promise that settles when the events so far are sent, e.g. `waitUntil`
   * of `@vercel/functions`.
   */
  waitUntil?: ((sent: Promise<void>) => void) | undefined;
}

/** True for what OpenTelemetry calls a logger provider, of whatever version. */
export function isProvider(value: unknown): value is LoggerProvider {
  return typeof (value as Partial<LoggerProvider> | null | undefined)?.getLogger === "function";
}
