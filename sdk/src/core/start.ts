import { createClient, type Client, type ClientParts } from "./client.ts";
import { createConsent, type ConsentGate } from "./consent.ts";
import type { Place } from "./emitter.ts";
import type { Sink } from "./event.ts";
import { startFeatures } from "./features.ts";
import type { Warn } from "./guard.ts";
import { createLosses, type Losses } from "./losses.ts";
import { readOptions, type InitOptions, type Settings } from "./options.ts";
import { createRateLimit } from "./rate-limit.ts";
import type { DeviceStore } from "./store.ts";
import type { Voxloop } from "./voxloop.ts";

export interface DoorParts {
  settings: Settings;
  losses: Losses;
  warn: Warn;
  /** To be called after each delivery. */
  onDelivered: () => void;
  /** To be called when the page cannot be seen any more, or is left. */
  onAway: (isForGood: boolean) => void;
}

/** What a door brings: the way out, the place where the app runs, and its storage. */
export type Door = (parts: DoorParts) => { sink: Sink; place: Place; store: DeviceStore };

/** Starts a client behind a door. Wrong options give a client that does nothing, and a warning when `debug` is on. */
export function startClient(
  options: InitOptions,
  door: Door,
  defaults: Partial<Settings> = {},
): { voxloop: Voxloop; parts: ClientParts } {
  let client: Client | undefined;
  const warn = createWarn(options);
  const losses = createLosses(warn);
  const parts = { losses, warn, ...INERT } as unknown as ClientParts;
  try {
    const { settings, wrong } = readOptions(options, defaults);
    if (wrong.length) warn(`nothing will be sent, check the options ${wrong.join(", ")}`);
    else if (settings.enabled !== false) {
      const opened = door({
        settings,
        losses,
        warn,
        onDelivered: () => client?.reportLosses(),
        onAway: (isForGood) => client?.leave(isForGood),
      });
      const consent = createConsent({ settings, ...opened }, () => startFeatures(parts, client as Client));
      const taps: ClientParts["taps"] = { drafts: new Set(), events: new Set() };
      Object.assign(parts, opened, {
        settings,
        consent,
        taps,
        allow: settings.rateLimit ? createRateLimit(settings.rateLimit) : () => true,
      });
      parts.sink = stoppingWith(consent, opened.sink);
    }
  } catch (cause) {
    warn("nothing will be sent", cause);
  }
  client = createClient(parts);
  client.guard(() => parts.consent.set(parts.consent.state));
  return { voxloop: client.voxloop, parts };
}

/** Of this client only: the customers of a server share it, and none of them stops the features. */
function stoppingWith({ stop }: ConsentGate, sink: Sink): Sink {
  return {
    ...sink,
    close() {
      stop();
      return sink.close();
    },
  };
}

function createWarn(options: InitOptions): Warn {
  return (message, cause) => {
    try {
      // oxlint-disable-next-line no-console -- the console is what `debug` is for
      if (options.debug === true) console.warn(`[voxloop] ${message}`, cause ?? "");
    } catch {
      // Options, a console, or a value that throws while it is printed, are no reason to disturb the app.
    }
  };
}

const nothing = (): undefined => undefined;
const nothingAtAll = async (): Promise<void> => undefined;
/** Parts of a client that does nothing: without consent, no other is ever used. */
const INERT = {
  sink: { add: nothing, flush: nothingAtAll, close: nothingAtAll },
  consent: { state: "denied", set: nothing, stop: nothing },
} as const;
