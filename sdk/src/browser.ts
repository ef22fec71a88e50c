import type { InitOptions } from "./core/options.ts";
import { resourceOf } from "./core/resource.ts";
import { createSender } from "./core/sender.ts";
import { startClient, type Door } from "./core/start.ts";
import type { EventMap, Voxloop } from "./core/voxloop.ts";
import { createBrowserPlace } from "./platform/browser-place.ts";
import { createBrowserStore } from "./platform/browser-store.ts";
import { createBrowserTransport, sendBeacon } from "./platform/browser-transport.ts";
import { watchPage } from "./platform/page-life.ts";

export type { Attributes, Transport, TransportReply, TransportRequest, VoxEvent } from "./core/event.ts";
export type { DraftEvent, Feature, FeatureClient } from "./core/feature.ts";
export type { InitOptions } from "./core/options.ts";
export type { Failure, Transaction, TransactionOptions } from "./core/transaction.ts";
export type { ErrorDetails, EventMap, Search, SurveyAnswer, Voxloop } from "./core/voxloop.ts";

const DEFAULTS = { rateLimit: {} };

/**
 * Starts the client of a page. Never throws; with wrong options the client does nothing. `init<{ "loan.viewed": { amount:
 * number } }>(...)` gives a client that knows the app's own events.
 */
export function init<Events extends object = EventMap>(options: InitOptions): Voxloop<Events> {
  return startClient(options, openBrowser, DEFAULTS).voxloop;
}

const openBrowser: Door = (parts) => {
  const { settings, onAway } = parts;
  const { transport } = settings;
  const store = createBrowserStore(settings.persistence !== "memory");
  const sender = createSender({
    ...parts,
    transport: transport ?? createBrowserTransport(settings),
    sendLast(body) {
      if (!transport) return sendBeacon(settings, body);
      void transport({ body, isLast: true });
      return true;
    },
    // Absent where a page is rendered on a server.
    resource: { ...resourceOf(settings), "browser.language": globalThis.navigator?.language },
  });
  const stopWatching = watchPage(
    () => {
      onAway(false);
      void sender.flush();
    },
    (isForGood) => {
      onAway(isForGood);
      sender.leave();
    },
    () => void sender.flush(),
  );
  const close = (): Promise<void> => {
    stopWatching();
    return sender.close();
  };
  return { sink: { ...sender, close }, store, place: createBrowserPlace(store) };
};
