import type { ErrorRanking, FrequencyResult, RetentionResult } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";
import { toFrequency, toQuestion, type Draft } from "./draft.ts";

/** As many errors as one chooses from. */
const MOST_ERRORS = 20;

export class RetentionPage {
  readonly cohorts: Resource<RetentionResult>;
  readonly frequency: Resource<FrequencyResult>;
  /** Those that the most customers met. */
  readonly errors: Resource<ErrorRanking>;

  constructor(asked: () => { range: RangeKey; draft: Draft }) {
    const ask = <T>(path: string, body: (draft: Draft, times: { from: string; to: string }) => object) =>
      new Resource<T>((signal) => {
        const { range, draft } = asked();
        const question = body(draft, timesOf(range, new Date()));
        return call(session.path(path), { method: "POST", body: question, signal });
      });
    this.cohorts = ask("/retention/query", toQuestion);
    this.frequency = ask("/retention/frequency/query", toFrequency);
    this.errors = new Resource((signal) => {
      const query = { ...timesOf(asked().range, new Date()), rank: "customers", limit: MOST_ERRORS };
      return call(session.path("/errors"), { query, signal });
    });
  }
}
