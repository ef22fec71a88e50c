import { isSpanContextValid, trace } from "@opentelemetry/api";
import type { Sink } from "../core/event.ts";
import type { TracedEvent } from "../core/otlp.ts";
import { resourceOf } from "../core/resource.ts";
import { createSender } from "../core/sender.ts";
import type { DoorParts } from "../core/start.ts";
import { postBeforeEnd } from "./node-last-request.ts";
import { createNodeTransport } from "./node-transport.ts";

const CLOSE_TIMEOUT_MS = 15_000;

/** A way out that also knows the end of a process. */
export interface NodeSink extends Sink {
  /** Sends all that has not been answered, while the process waits. */
  sendBeforeEnd: () => void;
}

/** The way out on Node: the browser's queue, with its policy, and OTLP over HTTP. */
export function createNodeSink({ settings, losses, onDelivered }: DoorParts): NodeSink {
  const transport = settings.transport ?? createNodeTransport(settings);
  const unanswered = new Set<string>();
  const last: string[] = [];
  const sender = createSender({
    settings,
    losses,
    onDelivered,
    resource: resourceOf(settings),
    async transport(request) {
      unanswered.add(request.body);
      try {
        return await transport(request);
      } finally {
        unanswered.delete(request.body);
      }
    },
    sendLast: (body) => last.push(body) > 0,
  });
  return {
    ...sender,
    add: (event) => sender.add(withActiveTrace(event)),
    close: () => within(CLOSE_TIMEOUT_MS, sender.close()),
    sendBeforeEnd() {
      last.push(...unanswered);
      sender.leave();
      const bodies = last.splice(0);
      // A transport of the app's own cannot be run in another thread.
      if (settings.transport) for (const body of bodies) void settings.transport({ body, isLast: true });
      else postBeforeEnd(settings, bodies);
    },
  };
}

/** In the trace of the request that is being answered, if OpenTelemetry has one. */
function withActiveTrace(event: TracedEvent): TracedEvent {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || !isSpanContextValid(span)) return event;
  return { ...event, trace: { traceId: span.traceId, spanId: span.spanId } };
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
