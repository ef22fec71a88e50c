import type { Voice, VoiceScores } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { Paged } from "#paged.svelte.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";

export const VOICE_FILTERS = ["layer", "language", "sentiment", "kind", "flow", "q"] as const;
export type VoiceFilter = Partial<Record<(typeof VOICE_FILTERS)[number], string>>;

export function filterOf(search: { get(name: string): string | null }): VoiceFilter {
  return Object.fromEntries(VOICE_FILTERS.map((name) => [name, search.get(name) ?? undefined]));
}

export class VoicesPage {
  readonly scores: Resource<VoiceScores>;
  readonly list: Paged<Voice>;

  constructor(range: () => RangeKey, filter: () => VoiceFilter) {
    // One moment for both, so that a page fetched later continues the same list.
    let times = timesOf(range(), new Date());
    this.scores = new Resource((signal) => {
      const query = timesOf(range(), new Date());
      return call(session.path("/voices/scores"), { query, signal });
    });
    this.list = new Paged((cursor, signal) => {
      if (cursor === undefined) times = timesOf(range(), new Date());
      const query = { ...times, ...filter(), cursor, limit: 30 };
      return call(session.path("/voices"), { query, ...(signal && { signal }) });
    });
  }
}
