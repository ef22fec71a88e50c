import { timeOf } from "./emitter.ts";
import type { Feature, FeatureClient, Stop } from "./feature.ts";
import type { ClientParts } from "./client.ts";

/** Starts what the app named in `features`; gives how to stop all of it. */
export function startFeatures(
  { settings, warn, place, store, taps }: ClientParts,
  { voxloop, guard, emit }: Pick<FeatureClient, "voxloop" | "guard" | "emit">,
): Stop {
  const now = (): number => timeOf(settings);
  const client: FeatureClient = {
    voxloop,
    settings,
    guard,
    warn,
    emit,
    onEvent: (listener) => tap(taps.events, (event) => guard(() => listener(event), undefined)),
    onDraft: (add) => tap(taps.drafts, (event) => guard(() => add(event), undefined)),
    now,
    customerId() {
      const { userId, installationId } = guard(() => place.who(now()), {});
      return userId ?? installationId;
    },
    store,
  };
  const features: readonly Feature[] = Array.isArray(settings.features) ? settings.features : [];
  const stops = features.map((feature) => guard(() => feature.start(client), undefined));
  return () => stops.forEach((stop) => guard(() => stop?.(), undefined));
}

function tap<Listener>(listeners: Set<Listener>, listener: Listener): Stop {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
