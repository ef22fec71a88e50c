import type { InitOptions } from "../core/options.ts";
import { resourceOf } from "../core/resource.ts";
import { createSender } from "../core/sender.ts";
import { startClient, type Door } from "../core/start.ts";
import type { EventMap, Voxloop } from "../core/voxloop.ts";
import { createBrowserPlace } from "../platform/browser-place.ts";
import { capture, type CaptureOptions } from "./capture.ts";
import { describeAccount, describeDevice } from "./device.ts";
import { storageQueue } from "./storage-queue.ts";
import { createWxStore } from "./store.ts";
import { createWxTransport } from "./transport.ts";
import { listenTo, type Wx } from "./wx.ts";

export type { Attributes, Transport, TransportReply, TransportRequest, VoxEvent } from "../core/event.ts";
export type { DraftEvent, Feature, FeatureClient } from "../core/feature.ts";
export type { Failure, Transaction, TransactionOptions } from "../core/transaction.ts";
export type { ErrorDetails, EventMap, Search, SurveyAnswer, Voxloop } from "../core/voxloop.ts";
export type { CaptureOptions } from "./capture.ts";

export interface MiniProgramInitOptions extends Omit<InitOptions, "release" | "environment"> {
  /** Default: the version that WeChat runs, `develop` or `trial` where it has no number. */
  release?: string | undefined;
  /** Default: `production`, `trial` or `development`, as WeChat runs it. */
  environment?: string | undefined;
  /** What the client does by itself. Default: all. */
  capture?: false | CaptureOptions | undefined;
}

export type { MiniProgramInitOptions as InitOptions };

const DEFAULTS = { rateLimit: {}, channel: "wechat" };

/**
 * Starts the client of a WeChat mini-program; call it at the top of `app.js`. Never throws; with wrong options, or
 * outside of a mini-program, the client does nothing.
 */
export function init<Events extends object = EventMap>(options: MiniProgramInitOptions): Voxloop<Events> {
  const { wx } = globalThis as unknown as { wx: Wx };
  return startClient(withFeatures(options, wx), openMiniProgram(wx), DEFAULTS).voxloop;
}

/** Options that cannot be read are the core's to refuse. */
function withFeatures(options: MiniProgramInitOptions, wx: Wx): InitOptions {
  try {
    const { capture: wanted = {}, features = [], release, environment } = options;
    const account = describeAccount(wx);
    return {
      ...options,
      release: release ?? account.release,
      environment: environment ?? account.environment,
      features: [storageQueue(wx), ...(wanted ? [capture(wx, wanted)] : []), ...features],
    };
  } catch {
    return options as InitOptions;
  }
}

function openMiniProgram(wx: Wx): Door {
  return ({ settings, losses, onDelivered, onAway, warn }) => {
    if (typeof wx?.request !== "function") throw new Error("there is no wx: this is no mini-program");
    const store = createWxStore(wx);
    const sender = createSender({
      settings,
      losses,
      onDelivered,
      transport: settings.transport ?? createWxTransport(wx, settings, warn),
      // Nothing outlives a mini-program but its storage.
      sendLast: () => false,
      resource: { ...resourceOf(settings), ...describeDevice(wx) },
    });
    const stopWatching = listenTo(wx, "AppHide", () => {
      onAway(false);
      // WeChat lets a request go on for five seconds in the background.
      void sender.flush();
    });
    const sink = {
      ...sender,
      close() {
        stopWatching();
        return sender.close();
      },
    };
    // Pages are screens: they are named by the route, and there is no path.
    return { sink, store, place: { ...createBrowserPlace(store), path: () => undefined } };
  };
}
