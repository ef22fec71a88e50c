import type { SearchesResult } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";
import { MOST_QUERIES } from "./search-list.ts";

export class SearchPage {
  /** What the queries shown contain. */
  wanted = $state("");
  readonly searches: Resource<SearchesResult>;

  constructor(asked: () => { range: RangeKey; segment: string | undefined }) {
    this.searches = new Resource((signal) => {
      const { range, segment } = asked();
      const body = { ...timesOf(range, new Date()), limit: MOST_QUERIES, segment };
      return call(session.path("/searches/query"), { method: "POST", body, signal });
    });
  }
}
