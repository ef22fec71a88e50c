import { ATTR, EVENT, LIMITS } from "@voxloop/contract";
import { cleanAttributes } from "./clean.ts";
import type { ConsentGate } from "./consent.ts";
import {
  deliver,
  identified,
  isIgnored,
  isLeftOut,
  plainObject,
  timeOf,
  type EmitterParts,
} from "./emitter.ts";
import type { Attributes } from "./event.ts";
import type { FeatureClient } from "./feature.ts";
import { createGuard, guarded, type Warn } from "./guard.ts";
import { isText } from "./options.ts";
import { isErrorEvent } from "./otlp.ts";
import type { DeviceStore } from "./store.ts";
import { answerAttributes } from "./survey.ts";
import { isTarget } from "./trace.ts";
import {
  failureAttributes,
  startTransaction,
  type Emit,
  type OpenTransaction,
  type Park,
} from "./transaction.ts";
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

/** The client that all doors hand out: every call ends in one guard. */
// oxlint-disable-next-line max-lines-per-function -- one closure: its state, shared by all calls, needs no names in the bundle
export function createClient(parts: ClientParts): Client {
  const { settings, losses, sink, place, consent } = parts;
  const open = new Set<OpenTransaction>();
  let screen: string | undefined;
  let path: string | undefined;
  let isClosed = false;

  const guard = createGuard((cause) => {
    losses.add("internal");
    parts.warn("an event was lost", cause);
  });
  const isOn = (): boolean => !isClosed && consent.state !== "denied";
  const park: Park = (dueAt, ...call) => {
    if (isOn()) guard(() => send(dueAt, ...call));
  };
  const emit: Emit = (...call) => park(0, ...call);

  function send(dueAt: number, ...[name, own, ...added]: Parameters<Emit>): void {
    const time = timeOf(settings);
    if (!isText(name) || !Number.isFinite(time)) return losses.add("invalid");
    const said = Object.assign({}, ...added.map(plainObject), own) as Attributes;
    if (name === EVENT.exception && isIgnored(settings, said)) return;
    const isError = isErrorEvent({ attributes: said });
    const who = place.who(time);
    if (!isError && isLeftOut(settings, who)) return;
    const context = {
      [ATTR.userId]: who.userId,
      [ATTR.installationId]: who.installationId,
      [ATTR.sessionId]: who.sessionId,
      ...(screen ? { [ATTR.screenName]: screen } : { [ATTR.urlPath]: path ?? place.path() }),
      [ATTR.channel]: settings.channel,
      [ATTR.audience]: settings.audience,
      ...plainObject(settings.attributes),
      ...plainObject(who.attributes),
    };
    if (who.isNewSession) {
      const started = { ...context, "session.previous_id": who.previousSessionId };
      deliver(parts, { name: EVENT.sessionStart, time, attributes: identified(time, started) }, 0);
    }
    if (!dueAt && name !== EVENT.eventsDropped && !parts.allow(isError, Date.now()))
      return losses.add("rate_limited");
    const [transaction] = open;
    const draft = {
      name: name.trim().slice(0, LIMITS.eventNameLength),
      time,
      // The event's own attributes stand first, where the limit on their number cannot cut them off, and win last.
      attributes: { ...own, ...context, ...(isError && open.size === 1 && transaction?.context()), ...said },
    };
    for (const add of parts.taps.drafts) Object.assign(draft.attributes, add(draft));
    deliver(parts, { ...draft, attributes: identified(time, draft.attributes) }, dueAt);
  }

  const calls: Voxloop = {
    identify(userId) {
      if (!isText(userId)) losses.add("invalid");
      else if (isOn() && place.remember(userId)) emit(EVENT.identified, {});
    },
    reset() {
      screen = path = undefined;
      if (isOn()) place.forget();
    },
    setAttributes(attributes) {
      // With nulls as they are: they remove.
      if (isOn()) place.setAttributes?.({ ...Object(attributes), ...cleanAttributes(Object(attributes)) });
    },
    screen(name, attributes) {
      if (!isText(name)) return losses.add("invalid");
      screen = name;
      emit(EVENT.screenViewed, {}, attributes);
    },
    page(address, attributes) {
      screen = undefined;
      path = isText(address) ? pathOf(address) : undefined;
      emit(EVENT.pageViewed, {}, attributes);
    },
    track: (name: string, attributes?: unknown) => emit(name, {}, attributes),
    captureError: (error, details) =>
      emit(EVENT.exception, failureAttributes({ ...details, error }), details?.attributes),
    transaction: (...start) => startTransaction({ emit, park, guard, open }, ...start),
    traceHeaders(url) {
      const [transaction] = open;
      const isOne = open.size === 1 && guard(() => isTarget(settings, url), false);
      return isOne ? { traceparent: transaction!.traceparent } : {};
    },
    answerSurvey(answer) {
      const own = answerAttributes(answer);
      // Without a name the event counts as invalid.
      emit(own && EVENT.surveyAnswered, own ?? {}, answer.attributes);
    },
    search: ({ query, results, clicked, attributes }) =>
      emit(
        EVENT.search,
        { [ATTR.searchQuery]: query, [ATTR.searchResults]: results, [ATTR.searchClicked]: clicked },
        attributes,
      ),
    grantConsent() {
      if (!isClosed) consent.set("granted");
    },
    denyConsent: () => consent.set("denied"),
    flush: () => sink.flush(),
    shutdown() {
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
    leave: (isForGood) => open.forEach((transaction) => transaction.leave(isForGood)),
  };
}

/** The path of an address or a path, without query and fragment. */
function pathOf(address: string): string {
  return address.replace(/^\w+:\/\/[^/?#]*/, "").replace(/[?#].*$/s, "") || "/";
}
