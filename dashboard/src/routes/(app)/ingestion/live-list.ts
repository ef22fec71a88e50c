import type { LiveBatch, LiveEvent } from "@voxloop/analytics/shapes";

export const SHOWN_MAX = 200;

/** Newest first, each event once, and no more than a page can hold. */
export function addEvents(shown: readonly LiveEvent[], fresh: LiveBatch["events"]): LiveEvent[] {
  const known = new Set(shown.map(({ eventId }) => eventId));
  const added = fresh.filter(({ eventId }) => !known.has(eventId));
  return [...added.toReversed(), ...shown].slice(0, SHOWN_MAX);
}

/** What an event is about, in one line. */
export function aboutEvent(event: LiveEvent): string {
  const parts = [
    event.flow,
    event.outcome,
    event.errorCode || event.errorType,
    event.errorMessage,
    event.page,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
