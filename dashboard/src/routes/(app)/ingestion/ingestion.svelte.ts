import type { Ingestion } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";

export class IngestionPage {
  readonly report: Resource<Ingestion>;

  constructor(range: () => RangeKey) {
    this.report = new Resource((signal) =>
      call(session.path("/ingestion"), { query: timesOf(range(), new Date()), signal }),
    );
  }
}
