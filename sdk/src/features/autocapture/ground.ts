import type { FeatureClient, Stop } from "../../core/feature.ts";
import type { AutocaptureOptions } from "./options.ts";

export interface Click {
  readonly event: MouseEvent;
  /** What was clicked and what it is in, innermost first, through open shadow roots. */
  readonly path: readonly Element[];
  /** The innermost that one can act on, else the innermost. */
  readonly element: Element;
}

/** What the parts tell one another. */
export interface Signs {
  click: Click;
  /** A request begins: its method. */
  request: string;
  /** A request ends, as a line of text. */
  response: string;
  /** The path is another; until all have heard it, `Ground.path` is the one before. */
  route: string;
  /** The page cannot be seen (false), or goes (true). */
  leave: boolean;
}

export interface Ground {
  readonly client: FeatureClient;
  readonly options: AutocaptureOptions;
  /** The page's path. */
  path: string;
  readonly stops: Stop[];
  /** Listens on the window before the app does, guarded, until the feature stops. `types` are separated by spaces. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- spares each caller a cast
  listen: <Type extends Event>(types: string, listener: (event: Type) => void) => void;
  on: <Sign extends keyof Signs>(sign: Sign, listener: (detail: Signs[Sign]) => void) => void;
  tell: <Sign extends keyof Signs>(sign: Sign, detail: Signs[Sign]) => void;
  /** Does it now, or after so many milliseconds; what it throws ends here. */
  run: (work: () => unknown, afterMs?: number) => void;
}

/** Never prevents a scroll, and hears what the app stops. */
const EARLY = { capture: true, passive: true };

export function createGround(client: FeatureClient, options: AutocaptureOptions): Ground {
  const stops: Stop[] = [];
  const listeners: { [sign: string]: ((detail: never) => void)[] } = {};
  const run: Ground["run"] = (work, afterMs) => {
    const guarded = (): unknown => client.guard(work, undefined);
    if (afterMs === undefined) guarded();
    else setTimeout(guarded, afterMs);
  };
  const ground: Ground = {
    client,
    options,
    path: location.pathname,
    stops,
    listen(types, listener) {
      const guarded = (event: Event): void => run(() => listener(event as never));
      for (const type of types.split(" ")) {
        addEventListener(type, guarded, EARLY);
        stops.push(() => removeEventListener(type, guarded, EARLY));
      }
    },
    on: (sign, listener) => void (listeners[sign] ??= []).push(listener),
    tell: (sign, detail) => listeners[sign]?.forEach((listener) => run(() => listener(detail as never))),
    run,
  };
  ground.listen("visibilitychange pagehide", ({ type }) => {
    const isGone = type === "pagehide";
    if (isGone || document.hidden) ground.tell("leave", isGone);
  });
  return ground;
}
