import type { ReleaseDetail } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { timesOf } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";
import type { ReleasesQuestion } from "../releases.svelte.ts";

export class ReleasePage {
  readonly detail: Resource<ReleaseDetail>;

  constructor(version: () => string, question: () => ReleasesQuestion) {
    this.detail = new Resource((signal) => {
      const { range, environment } = question();
      const query = { ...timesOf(range, new Date()), environment };
      return call(session.path(`/releases/${encodeURIComponent(version())}/health`), { query, signal });
    });
  }
}
