import { logs, SeverityNumber, type Logger, type LoggerProvider } from "@opentelemetry/api";
import type { VoxEvent } from "../core/event.ts";
import { isErrorEvent } from "../core/otlp.ts";
import { resourceOf } from "../core/resource.ts";
import type { DoorParts } from "../core/start.ts";
import { VERSION } from "../core/version.ts";
import type { NodeSink } from "./node-sink.ts";

/** What the providers of OpenTelemetry's SDKs also have. */
type FlushableProvider = LoggerProvider & { forceFlush?: () => Promise<void> };

/**
 * The way out through the app's own OpenTelemetry: its processors queue, send and lose, and its context gives each
 * record the trace. The provider stays the app's, also when the client is closed.
 */
export function createProviderSink(
  { settings, warn }: DoorParts,
  provider: LoggerProvider | "global",
): NodeSink {
  // What tells events of this app from others, as the provider's resource need not say it, nor the same.
  const identity = resourceOf(settings);
  let logger: Logger | undefined;
  let from: LoggerProvider | undefined;

  function current(): Logger {
    // The app's OpenTelemetry may start after this client.
    const now = provider === "global" ? logs.getLoggerProvider() : provider;
    if (now !== from) logger = now.getLogger("@voxloop/sdk", VERSION);
    from = now;
    return logger!;
  }
  async function flush(): Promise<void> {
    try {
      current();
      await (from as FlushableProvider).forceFlush?.();
    } catch (cause) {
      warn("the logger provider could not flush", cause);
    }
  }
  return {
    add: (event) => current().emit(recordOf(event, identity)),
    flush,
    close: flush,
    sendBeforeEnd: () => undefined,
  };
}

function recordOf(
  event: VoxEvent,
  identity: Record<string, string | undefined>,
): Parameters<Logger["emit"]>[0] {
  return {
    eventName: event.name,
    // As a Date: OpenTelemetry takes a number from before the start of the process for an offset from it.
    timestamp: new Date(event.time),
    severityNumber: isErrorEvent(event) ? SeverityNumber.ERROR : SeverityNumber.INFO,
    attributes: { ...identity, ...event.attributes },
  };
}
