import { createClient, type ClientParts } from "./client.ts";
import type { Place } from "./emitter.ts";
import type { Sink } from "./event.ts";
import { createWarn, type Warn } from "./guard.ts";
import type { Store } from "./store.ts";
import { createLosses, type Losses } from "./losses.ts";
import { readOptions, type InitOptions, type Settings } from "./options.ts";
import type { Voxloop } from "./voxloop.ts";

export interface DoorParts {
  settings: Settings;
  losses: Losses;
  warn: Warn;
  /** To be called after each delivery. */
  onDelivered: () => void;
}

/** What a door brings: the way out, and the place where the app runs. */
export type Door = (parts: DoorParts) => { sink: Sink; place: Place; store?: Store };

const INERT_SINK: Sink = { add: () => undefined, flush: async () => undefined, close: async () => undefined };
/** Lives as long as the client. */
function createMemoryStore(): Store {
  const memory = new Map<string, string>();
  return { read: (key) => memory.get(key), write: (key, value) => void memory.set(key, value) };
}

const INERT_PLACE: Place = {
  who: () => ({}),
  path: () => undefined,
  remember: () => false,
  forget: () => undefined,
};

/** Starts a client behind a door. Wrong options give a client that does nothing, and a warning when `debug` is on. */
export function startClient(
  options: InitOptions,
  door: Door,
  defaults: Partial<Settings> = {},
): { voxloop: Voxloop; parts: ClientParts } {
  const warn = createWarn(isDebug(options));
  const losses = createLosses(warn);
  let report: (() => void) | undefined;
  let parts: ClientParts = {
    settings: readOptions({} as InitOptions).settings,
    sink: INERT_SINK,
    place: INERT_PLACE,
    losses,
    warn,
    store: createMemoryStore(),
    taps: { drafts: new Set(), events: new Set() },
  };
  try {
    const { settings, problems } = readOptions(options, defaults);
    if (problems.length === 0) {
      parts = { ...parts, settings, ...door({ settings, losses, warn, onDelivered: () => report?.() }) };
    } else warn(`nothing will be sent: ${problems.join("; ")}`);
  } catch (cause) {
    warn("nothing will be sent", cause);
  }
  const { voxloop, reportLosses } = createClient(parts);
  report = reportLosses;
  return { voxloop, parts };
}

function isDebug(options: InitOptions): boolean {
  try {
    return options.debug === true;
  } catch {
    return false;
  }
}
