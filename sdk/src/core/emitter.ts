import { ATTR, EVENT, LIMITS } from "@voxloop/contract";
import { cleanAttributes } from "./clean.ts";
import type { Attributes, Sink, VoxEvent } from "./event.ts";
import type { DraftEvent } from "./feature.ts";
import type { Losses } from "./losses.ts";
import { isText, type Settings } from "./options.ts";
import { isErrorEvent } from "./otlp.ts";
import { shareOf } from "./share.ts";
import type { OpenTransaction } from "./transaction.ts";
import { createUuid } from "./uuid.ts";

/** Who acts, as far as the platform knows. */
export interface Who {
  userId?: string | undefined;
  installationId?: string | undefined;
  sessionId?: string | undefined;
  /** The session began with this event. */
  isNewSession?: boolean;
  previousSessionId?: string | undefined;
  /** What `setAttributes` said. */
  attributes?: Attributes | undefined;
}

/** What differs between a browser and a server, other than the way out. */
export interface Place {
  /** The customer at this time, in unix milliseconds. A look announces no session. */
  who(time: number, isLook?: boolean): Who;
  /** Path of the page, without its query. */
  path(): string | undefined;
  /** From now on this user acts. False when it is known already. */
  remember(userId: string): boolean;
  /** Attributes of all events of this customer from now on; null removes. */
  setAttributes?(attributes: Attributes): void;
  /** The next event belongs to somebody else. */
  forget(): void;
}

export interface EmitterParts {
  settings: Settings;
  sink: Sink;
  place: Place;
  losses: Losses;
  taps: Taps;
  /** True while an event may go, by the app's rate limit. */
  allow: (isError: boolean) => boolean;
}

/** What the features want to know. Each guards itself. */
export interface Taps {
  drafts: Set<(event: DraftEvent) => Attributes | undefined>;
  events: Set<(event: VoxEvent) => void>;
}

/** Where the customer is. */
export interface Scope {
  screen?: string | undefined;
  path?: string | undefined;
  readonly open: Set<OpenTransaction>;
}

/** An event as it is called for: the attributes it means, which win, and those the app adds. */
export interface Call {
  name: unknown;
  own: Attributes;
  added: unknown[];
  /** Sent only if the page has not come back by then, in unix milliseconds; 0 is at once. */
  dueAt: number;
}

/** Completes events with who, where and when, redacts them, asks `beforeSend`, and hands them to the sink. */
export function createEmitter(parts: EmitterParts, scope: Scope): (call: Call) => void {
  const { settings, losses, place, taps } = parts;
  return function send({ name, own, added, dueAt }) {
    const time = timeOf(settings);
    if (!isText(name) || !Number.isFinite(time)) return losses.add("invalid");
    const said = Object.assign({}, ...added.map(plainObject), own) as Attributes;
    if (name === EVENT.exception && isIgnored(settings, said)) return;
    const isError = isErrorEvent({ attributes: said });
    const who = place.who(time);
    if (!isError && isLeftOut(settings, who)) return;
    const context = contextOf(parts, scope, who);
    if (who.isNewSession) {
      const started = { ...context, "session.previous_id": who.previousSessionId };
      deliver(parts, { name: EVENT.sessionStart, time, attributes: identified(time, started) }, 0);
    }
    if (!dueAt && name !== EVENT.eventsDropped && !parts.allow(isError)) return losses.add("rate_limited");
    const [transaction] = scope.open;
    const isInside = isError && scope.open.size === 1;
    const draft = {
      name: name.trim().slice(0, LIMITS.eventNameLength),
      time,
      // The event's own attributes stand first, where the limit on their number cannot cut them off, and win last.
      attributes: { ...own, ...context, ...(isInside && transaction?.context()), ...said },
    };
    for (const add of taps.drafts) Object.assign(draft.attributes, add(draft));
    deliver(parts, { ...draft, attributes: identified(time, draft.attributes) }, dueAt);
  };
}

/** The time of an event that happens now, in unix milliseconds. */
export function timeOf({ now }: Settings): number {
  return now ? now().getTime() : Date.now();
}

function isIgnored({ ignoreErrors = [] }: Settings, attributes: Attributes): boolean {
  const text = `${attributes[ATTR.exceptionType]}: ${attributes[ATTR.exceptionMessage]}`;
  return ignoreErrors.some((known) =>
    known instanceof RegExp ? text.search(known) >= 0 : text.includes(known),
  );
}

/** Who is not known belongs to a new sample each time. */
function isLeftOut({ sampleRate }: Settings, { userId, installationId }: Who): boolean {
  return sampleRate < 1 && shareOf("sample", userId ?? installationId ?? createUuid(0)) >= sampleRate;
}

function contextOf({ settings, place }: EmitterParts, scope: Scope, who: Who): Attributes {
  return {
    [ATTR.userId]: who.userId,
    [ATTR.installationId]: who.installationId,
    [ATTR.sessionId]: who.sessionId,
    ...(scope.screen ? { [ATTR.screenName]: scope.screen } : { [ATTR.urlPath]: scope.path ?? place.path() }),
    [ATTR.channel]: settings.channel,
    [ATTR.audience]: settings.audience,
    ...plainObject(settings.attributes),
    ...plainObject(who.attributes),
  };
}

function identified(time: number, attributes: object): VoxEvent["attributes"] {
  return cleanAttributes({ [ATTR.eventId]: createUuid(time), ...attributes });
}

function plainObject(value: unknown): Attributes {
  return typeof value === "object" && !Array.isArray(value) ? (value as Attributes) : {};
}

function deliver({ settings, losses, sink, taps }: EmitterParts, event: VoxEvent, dueAt: number): void {
  let leaving = event;
  try {
    if (settings.beforeSend) {
      const changed = settings.beforeSend(event);
      if (!changed) return;
      const { name, time, attributes } = changed;
      leaving = { name: name.trim(), time, attributes: cleanAttributes(plainObject(attributes)) };
      if (!Number.isFinite(time)) throw new TypeError("time");
    }
  } catch {
    // The app could not finish looking at the event, so it does not leave.
    return losses.add("before_send");
  }
  sink.add(leaving, dueAt);
  if (!dueAt) for (const tell of taps.events) tell(leaving);
}
