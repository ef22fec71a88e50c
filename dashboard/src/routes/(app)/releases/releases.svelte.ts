import type { ReleasesHealth } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";

export interface ReleasesQuestion {
  range: RangeKey;
  /** "" means all. */
  environment: string;
}

export class ReleasesPage {
  readonly health: Resource<ReleasesHealth>;

  constructor(question: () => ReleasesQuestion) {
    this.health = new Resource((signal) => {
      const { range, environment } = question();
      const query = { ...timesOf(range, new Date()), environment };
      return call(session.path("/releases/health"), { query, signal });
    });
  }
}
