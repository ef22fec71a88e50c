import type { ReleaseHealth } from "@voxloop/analytics/shapes";
import type { Format } from "#format.ts";
import { m } from "#paraglide/messages.js";

/** Since when a release is known, and by what. */
export function sayKnown(
  { declaredAt, firstSeen }: Pick<ReleaseHealth, "declaredAt" | "firstSeen">,
  format: Format,
): string[] {
  const seen = firstSeen === null ? m.release_unseen() : m.release_seen({ time: format.dateTime(firstSeen) });
  return declaredAt === null ? [seen] : [m.release_declared({ time: format.dateTime(declaredAt) }), seen];
}
