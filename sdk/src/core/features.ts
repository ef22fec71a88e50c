import type { Client, ClientParts } from "./client.ts";
import { timeOf } from "./emitter.ts";
import type { Feature, FeatureClient, Stop } from "./feature.ts";

/** Starts what the app named in `features`; gives how to stop all of it. */
export function startFeatures(parts: ClientParts, client: Client): Stop {
  const { settings, place, store, taps, sink } = parts;
  const { guard } = client;
  const now = (): number => timeOf(settings);
  const tap = <Event, Answer>(
    listeners: Set<(event: Event) => Answer | undefined>,
    listener: (event: Event) => Answer,
  ): Stop => {
    const safe = (event: Event): Answer | undefined => guard(() => listener(event), undefined);
    listeners.add(safe);
    return () => listeners.delete(safe);
  };
  const given: FeatureClient = {
    ...parts,
    ...client,
    isDurable: store.isDurable,
    queue: sink.queue,
    now,
    onEvent: (listener) => tap(taps.events, listener),
    onDraft: (add) => tap(taps.drafts, add),
    customerId() {
      const { userId, installationId } = guard(() => place.who(now(), true), {});
      return userId ?? installationId;
    },
  };
  const features = (settings.features ?? []) as readonly Feature[];
  const stops = features.map((feature) => guard(() => feature.start(given), undefined));
  return () => stops.forEach((stop) => guard(() => stop?.()));
}
