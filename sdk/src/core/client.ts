import { ATTR, EVENT } from "@voxloop/contract";
import { cleanAttributes } from "./clean.ts";
import type { ConsentGate } from "./consent.ts";
import { createEmitter, type EmitterParts, type Scope } from "./emitter.ts";
import type { FeatureClient } from "./feature.ts";
import { createGuard, guarded, type Warn } from "./guard.ts";
import { isText, type Settings } from "./options.ts";
import type { DeviceStore } from "./store.ts";
import { answerAttributes } from "./survey.ts";
import { failureAttributes, startTransaction, type Emit, type TransactionParts } from "./transaction.ts";
import type { Voxloop } from "./voxloop.ts";

export interface ClientParts extends EmitterParts {
  warn: Warn;
  store: DeviceStore;
  /** Shared by all clients of one `init`. */
  consent: ConsentGate;
}

export interface Client extends Pick<FeatureClient, "voxloop" | "guard" | "emit"> {
  /** Sends the losses so far as events; call it after a delivery. */
  reportLosses: () => void;
  /** The page is left for good, or cannot be seen and may never be again: what is open counts as abandoned. */
  leave: (isForGood: boolean) => void;
}

interface Ground extends TransactionParts {
  parts: ClientParts;
  scope: Scope;
  isOn: () => boolean;
}

/** The client that all doors hand out: every call ends in one guard. */
export function createClient(parts: ClientParts): Client {
  const { losses, sink, consent } = parts;
  const open: Scope["open"] = new Set();
  const scope: Scope = { open };
  const guard = createGuard((cause) => {
    losses.add("internal");
    parts.warn("an event was lost", cause);
  });
  let isClosed = false;
  const isOn = (): boolean => !isClosed && consent.state !== "denied";
  const send = createEmitter(parts, scope);
  const park: TransactionParts["park"] = (dueAt, name, own, ...added) => {
    if (isOn()) guard(() => send({ name, own, added, dueAt }));
  };
  const emit: Emit = (...event) => park(0, ...event);
  const ground: Ground = { parts, scope, isOn, emit, park, guard, open };
  const calls: Voxloop = {
    ...identityCalls(ground),
    ...eventCalls(ground),
    grantConsent: () => isClosed || consent.set("granted"),
    denyConsent: () => consent.set("denied"),
    flush: () => sink.flush(),
    shutdown() {
      consent.stop();
      isClosed = true;
      return sink.close();
    },
  };
  return {
    voxloop: guarded(calls, guard),
    guard,
    emit,
    reportLosses() {
      for (const [reason, count] of losses.take()) {
        emit(EVENT.eventsDropped, { [ATTR.dropReason]: reason, [ATTR.dropCount]: count });
      }
    },
    leave(isForGood) {
      for (const transaction of open) transaction.leave(isForGood);
    },
  };
}

type IdentityCall = "identify" | "reset" | "setAttributes" | "screen" | "page";

function identityCalls({ parts, scope, emit, isOn }: Ground): Pick<Voxloop, IdentityCall> {
  const { place, losses } = parts;
  return {
    identify(userId) {
      if (!isText(userId)) losses.add("invalid");
      else if (isOn() && place.remember(userId)) emit(EVENT.identified, {});
    },
    reset() {
      scope.screen = scope.path = undefined;
      if (isOn()) place.forget();
    },
    setAttributes(attributes) {
      // With nulls as they are: they remove.
      if (isOn()) place.setAttributes?.({ ...Object(attributes), ...cleanAttributes(Object(attributes)) });
    },
    screen(name, attributes) {
      if (!isText(name)) return losses.add("invalid");
      scope.screen = name;
      emit(EVENT.screenViewed, {}, attributes);
    },
    page(path, attributes) {
      scope.screen = undefined;
      scope.path = typeof path === "string" ? pathOf(path) : undefined;
      emit(EVENT.pageViewed, {}, attributes);
    },
  };
}

type EventCall = "track" | "captureError" | "transaction" | "traceHeaders" | "answerSurvey" | "search";

function eventCalls(ground: Ground): Pick<Voxloop, EventCall> {
  const { emit, guard, open, parts } = ground;
  return {
    track: (name: string, attributes?: unknown) => emit(name, {}, attributes),
    captureError: (error, details) =>
      emit(EVENT.exception, failureAttributes({ ...details, error }), details?.attributes),
    transaction: (flow, attributes, options) => startTransaction(ground, { flow, attributes, options }),
    traceHeaders(url) {
      const [transaction] = open;
      const isOne = open.size === 1 && guard(() => isTarget(parts.settings, url), false);
      return isOne ? { traceparent: transaction!.traceparent } : {};
    },
    answerSurvey(answer) {
      const own = answerAttributes(answer);
      // Without a name the emitter counts it as invalid.
      emit(own && EVENT.surveyAnswered, own ?? {}, answer.attributes);
    },
    search: ({ query, results, clicked, attributes }) =>
      emit(
        EVENT.search,
        { [ATTR.searchQuery]: query, [ATTR.searchResults]: results, [ATTR.searchClicked]: clicked },
        attributes,
      ),
  };
}

/** True when the app wants requests to this address to carry the trace of its transaction. */
function isTarget({ tracePropagationTargets = [] }: Settings, url: unknown): boolean {
  const absolute = (address: unknown): string => new URL(String(address), globalThis.location?.href).href;
  const address = absolute(url);
  return tracePropagationTargets.some((target) =>
    target instanceof RegExp ? address.search(target) >= 0 : address.startsWith(absolute(target)),
  );
}

/** The path of an address or a path, without query and fragment. */
function pathOf(address: string): string {
  return address.replace(/^\w+:\/\/[^/?#]*/, "").replace(/[?#].*$/s, "") || "/";
}
