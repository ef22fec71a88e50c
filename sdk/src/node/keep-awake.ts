import type { NodeSink } from "../platform/node-sink.ts";
import type { Guard } from "../core/guard.ts";

/** How long the first event waits for others. */
const GATHER_MS = 20;

/** Tells a serverless runtime to wait until events are sent, once for those that come together. */
export function keepAwake(sink: NodeSink, waitUntil: (sent: Promise<void>) => void, guard: Guard): NodeSink {
  let isPromised = false;
  async function send(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    isPromised = false;
    await sink.flush();
  }
  return {
    ...sink,
    add(event) {
      sink.add(event);
      if (isPromised) return;
      isPromised = true;
      guard(() => waitUntil(send()), undefined);
    },
  };
}
