import type { Sink } from "./core/event.ts";
import type { InitOptions } from "./core/options.ts";
import { resourceOf } from "./core/resource.ts";
import { createSender } from "./core/sender.ts";
import { startClient, type Door } from "./core/start.ts";
import type { Voxloop } from "./core/voxloop.ts";
import { createBrowserPlace } from "./platform/browser-place.ts";
import { createBrowserTransport } from "./platform/browser-transport.ts";
import { watchPage } from "./platform/page-end.ts";
import { createStore } from "./platform/browser-store.ts";
import { readUserAgent } from "./platform/user-agent.ts";

export type { Attributes, Transport, TransportReply, TransportRequest, VoxEvent } from "./core/event.ts";
export type { InitOptions } from "./core/options.ts";
export type { Failure, Transaction } from "./core/transaction.ts";
export type { ErrorDetails, Search, SurveyAnswer, Voxloop } from "./core/voxloop.ts";

/** Starts the client of a page. Never throws; with wrong options the client does nothing. */
export function init(options: InitOptions): Voxloop {
  return startClient(options, openBrowser).voxloop;
}

const openBrowser: Door = ({ settings, losses, onDelivered }) => {
  const sender = createSender({
    settings,
    losses,
    onDelivered,
    transport: settings.transport ?? createBrowserTransport(settings),
    resource: { ...resourceOf(settings), ...browserAttributes() },
    // With a clock of the app's own, event times are right as they are.
    sentAt: settings.now ? () => undefined : Date.now,
    random: Math.random,
  });
  const stopWatching = watchPage(sender.flushLast, () => void sender.flush());
  const sink: Sink = {
    ...sender,
    close() {
      stopWatching();
      return sender.close();
    },
  };
  const store = createStore();
  return { sink, place: createBrowserPlace(store), store };
};

function browserAttributes(): Record<string, string> {
  // Absent where a page is rendered on a server.
  const { userAgent, language }: Partial<Navigator> = globalThis.navigator ?? {};
  return { ...readUserAgent(userAgent ?? ""), ...(language ? { "browser.language": language } : {}) };
}
