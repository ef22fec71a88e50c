import type { ErrorRank, ErrorRanking } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";

export const RANKS = ["blocked", "customers", "events"] as const satisfies readonly ErrorRank[];

export function rankOf(search: { get(name: string): string | null }): ErrorRank {
  return RANKS.find((rank) => rank === search.get("rank")) ?? "blocked";
}

export interface ErrorsQuestion {
  range: RangeKey;
  rank: ErrorRank;
  filter: string[];
  /** Whether archived groups are listed too. */
  archived: boolean;
  segment: string | undefined;
}

export class ErrorsPage {
  isLive = $state(true);
  readonly ranking: Resource<ErrorRanking>;

  constructor(question: () => ErrorsQuestion) {
    this.ranking = new Resource((signal) => {
      const { range, rank, filter, archived, segment } = question();
      const query = { ...timesOf(range, new Date()), rank, filter, archived: String(archived), segment };
      return call(session.path("/errors"), { query, signal });
    });
  }

  refresh = async (): Promise<void> => {
    if (this.isLive) await this.ranking.refresh();
  };
}
