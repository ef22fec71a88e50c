import { createGuard } from "../core/guard.ts";
import type { Door, DoorParts } from "../core/start.ts";
import { createMemoryStore } from "../core/store.ts";
import { watchProcess, type ProcessEnd } from "../platform/node-end.ts";
import { createProviderSink } from "../platform/node-provider-sink.ts";
import { createNodeSink, type NodeSink } from "../platform/node-sink.ts";
import { createCustomerPlace } from "./customer.ts";
import { keepAwake } from "./keep-awake.ts";
import type { NodeInitOptions } from "./options.ts";

/** The door of a process; `onUncaught` hears of what ends it. */
export function openNode(options: NodeInitOptions, onUncaught: ProcessEnd["onUncaught"]): Door {
  return (parts) => {
    const sink = openSink(parts, options);
    return {
      sink: watched(sink, options, onUncaught),
      place: createCustomerPlace(undefined, () => undefined),
      store: createMemoryStore(),
    };
  };
}

function openSink(parts: DoorParts, { provider = "own", waitUntil }: NodeInitOptions): NodeSink {
  const sink = provider === "own" ? createNodeSink(parts) : createProviderSink(parts, provider);
  const guard = createGuard((cause) => parts.warn("waitUntil failed", cause));
  return typeof waitUntil === "function" ? keepAwake(sink, waitUntil, guard) : sink;
}

function watched(sink: NodeSink, options: NodeInitOptions, onUncaught: ProcessEnd["onUncaught"]): NodeSink {
  const { captureUncaught = true, flushOnExit = true, shutdownSignals = [] } = options;
  let isFresh = false;
  const stop = watchProcess({
    onUncaught: captureUncaught ? onUncaught : undefined,
    onIdle: flushOnExit ? sendWhatIsNew : undefined,
    onExit: flushOnExit || captureUncaught ? sink.sendBeforeEnd : undefined,
    signals: shutdownSignals,
    onSignal: close,
  });

  /** Not what has failed already: an idle process with a collector away would never end. */
  function sendWhatIsNew(): void {
    if (isFresh) void sink.flush();
    isFresh = false;
  }
  async function close(): Promise<void> {
    await sink.close();
    stop();
  }
  return {
    ...sink,
    add(event) {
      isFresh = true;
      sink.add(event);
    },
    close,
  };
}
