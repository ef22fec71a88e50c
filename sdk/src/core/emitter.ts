import { ATTR } from "@voxloop/contract";
import { cleanAttributes } from "./clean.ts";
import type { Attributes, Sink, VoxEvent } from "./event.ts";
import type { DraftEvent } from "./feature.ts";
import type { Losses } from "./losses.ts";
import type { Settings } from "./options.ts";
import { shareOf } from "./share.ts";
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
  allow: (isError: boolean, now: number) => boolean;
}

/** What the features want to know. Each guards itself. */
export interface Taps {
  drafts: Set<(event: DraftEvent) => Attributes | undefined>;
  events: Set<(event: VoxEvent) => void>;
}

/** The time of an event that happens now, in unix milliseconds. */
export function timeOf({ now }: Settings): number {
  return now ? now().getTime() : Date.now();
}

export function isIgnored({ ignoreErrors = [] }: Settings, attributes: Attributes): boolean {
  const text = `${attributes[ATTR.exceptionType]}: ${attributes[ATTR.exceptionMessage]}`;
  return ignoreErrors.some((known) =>
    known instanceof RegExp ? text.search(known) >= 0 : text.includes(known),
  );
}

/** Who is not known belongs to a new sample each time. */
export function isLeftOut({ sampleRate }: Settings, { userId, installationId }: Who): boolean {
  return sampleRate < 1 && shareOf("sample", userId ?? installationId ?? createUuid(0)) >= sampleRate;
}

export function identified(time: number, attributes: object): VoxEvent["attributes"] {
  return cleanAttributes({ [ATTR.eventId]: createUuid(time), ...attributes });
}

export function plainObject(value: unknown): Attributes {
  return typeof value === "object" && !Array.isArray(value) ? (value as Attributes) : {};
}

export function deliver(
  { settings, losses, sink, taps }: EmitterParts,
  event: VoxEvent,
  dueAt: number,
): void {
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
