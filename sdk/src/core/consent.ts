import type { Stop } from "./feature.ts";
import type { Sink } from "./event.ts";
import type { Settings } from "./options.ts";
import type { DeviceStore } from "./store.ts";

export type Consent = "granted" | "denied" | "cookieless";

/** What the customer allows; shared by all clients of one `init`. */
export interface ConsentGate {
  state: Consent;
  set: (state: Consent) => void;
  /** Stops the features. */
  stop: Stop;
}

const KEY = "consent";

export interface ConsentParts {
  settings: Settings;
  sink: Sink;
  store: DeviceStore;
}

/** `start` starts the features, which run while events may be sent. */
export function createConsent({ settings, sink, store }: ConsentParts, start: () => Stop): ConsentGate {
  const { consent = "granted", persistence } = settings;
  const isKept = persistence !== "memory";
  const initial = consent === "required" ? "denied" : consent;
  const stored = store.read(KEY);
  let stop: Stop | undefined;
  const gate: ConsentGate = {
    // What somebody else has stored under our key is no consent.
    state: stored === "granted" || stored === "denied" ? stored : initial,
    stop: () => stop?.(),
    set(state) {
      gate.state = state;
      if (state === "denied") {
        sink.clear?.();
        store.clear();
      }
      gate.stop();
      // What goes without saying is not written down: before a consent that is required nothing is.
      store.allow(isKept);
      store.write(KEY, state === initial ? "" : state);
      const isDurable = isKept && state === "granted";
      store.allow(isDurable);
      if (state === "denied") return;
      stop = start();
    },
  };
  return gate;
}
