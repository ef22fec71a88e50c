import type { PathsResult } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";
import { toQuestion, type Draft } from "./draft.ts";

export class PathsPage {
  readonly result: Resource<PathsResult>;

  constructor(asked: () => { range: RangeKey; draft: Draft; segment: string | undefined }) {
    this.result = new Resource((signal) => {
      const { range, draft, segment } = asked();
      const body = { ...toQuestion(draft, timesOf(range, new Date())), segment };
      return call(session.path("/paths/query"), { method: "POST", body, signal });
    });
  }
}
