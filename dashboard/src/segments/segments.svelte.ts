import type { SavedSegment } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { getLocale } from "#paraglide/runtime.js";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";

/** The segment that the address asks for. */
export const segmentOf = (search: { get(name: string): string | null }): string | undefined =>
  search.get("segment") ?? undefined;

export const nameOf = ({ name }: Pick<SavedSegment, "name">): string => name[getLocale()];

/** The project's saved segments. */
export const savedSegments = (): Resource<{ items: SavedSegment[] }> =>
  new Resource((signal) => call(session.path("/segments"), { signal }));
