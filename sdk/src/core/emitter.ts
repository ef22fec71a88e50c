import { ATTR, EVENT, LIMITS } from "@voxloop/contract";
import { cleanAttributes } from "./clean.ts";
import type { Attributes, Sink, VoxEvent } from "./event.ts";
import type { DraftEvent } from "./feature.ts";
import type { Losses } from "./losses.ts";
import { isText, type Settings } from "./options.ts";
import type { Emit } from "./transaction.ts";
import { createUuid } from "./uuid.ts";

/** Who acts, as far as the platform knows. */
export interface Who {
  userId?: string | undefined;
  installationId?: string | undefined;
  sessionId?: string | undefined;
  /** The session began with this event. */
  isNewSession?: boolean;
  previousSessionId?: string | undefined;
}

/** What differs between a browser and a server, other than the way out. */
export interface Place {
  /** The customer at this time, in unix milliseconds. */
  who(time: number): Who;
  /** Path of the page, without its query. */
  path(): string | undefined;
  /** From now on this user acts. False when it is known already. */
  remember(userId: string): boolean;
  /** The next event belongs to somebody else. */
  forget(): void;
}

export interface EmitterParts {
  settings: Settings;
  sink: Sink;
  place: Place;
  losses: Losses;
  taps: Taps;
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
}

/** Completes events with who, where and when, redacts them, asks `beforeSend`, and hands them to the sink. */
export function createEmitter(parts: EmitterParts, scope: Scope): Emit {
  return function emit(name, own, added) {
    const time = timeOf(parts.settings);
    if (!isText(name) || !Number.isFinite(time)) return parts.losses.add("invalid");
    const who = parts.place.who(time);
    const context = contextOf(parts, scope, who);
    if (who.isNewSession) {
      const started = { ...context, "session.previous_id": who.previousSessionId };
      deliver(parts, { name: EVENT.sessionStart, time, attributes: identified(time, started) });
    }
    // The event's own attributes stand first, where the limit on their number cannot cut them off, and win last.
    const draft = {
      name: name.trim().slice(0, LIMITS.eventNameLength),
      time,
      attributes: { ...own, ...context, ...plainObject(added), ...own },
    };
    const more = [...parts.taps.drafts].map((add) => add(draft));
    deliver(parts, { ...draft, attributes: identified(time, Object.assign(draft.attributes, ...more)) });
  };
}

/** The time of an event that happens now, in unix milliseconds. */
export function timeOf({ now }: Settings): number {
  return now ? now().getTime() : Date.now();
}

function contextOf({ settings, place }: EmitterParts, scope: Scope, who: Who): Record<string, unknown> {
  return {
    [ATTR.userId]: who.userId,
    [ATTR.installationId]: who.installationId,
    [ATTR.sessionId]: who.sessionId,
    ...(scope.screen ? { [ATTR.screenName]: scope.screen } : { [ATTR.urlPath]: scope.path ?? place.path() }),
    [ATTR.channel]: settings.channel,
    [ATTR.audience]: settings.audience,
    ...plainObject(settings.attributes),
  };
}

function identified(time: number, attributes: object): VoxEvent["attributes"] {
  return cleanAttributes({ [ATTR.eventId]: createUuid(time), ...attributes });
}

function plainObject(value: unknown): object {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function deliver(parts: EmitterParts, event: VoxEvent): void {
  const { settings, losses } = parts;
  if (!settings.beforeSend) return leave(parts, event);
  let changed: VoxEvent | null;
  try {
    changed = settings.beforeSend(event);
  } catch {
    // The app could not finish looking at the event, so it does not leave.
    return losses.add("before_send");
  }
  if (!changed) return;
  if (typeof changed.name !== "string" || !Number.isFinite(changed.time)) return losses.add("before_send");
  leave(parts, { ...changed, attributes: cleanAttributes(plainObject(changed.attributes)) });
}

function leave({ sink, taps }: EmitterParts, event: VoxEvent): void {
  sink.add(event);
  for (const tell of taps.events) tell(event);
}
