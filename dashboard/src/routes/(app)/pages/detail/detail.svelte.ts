import type { PageDetail } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";
import { wholeMinute } from "../pages-query.ts";

export class PageDetailPage {
  readonly detail: Resource<PageDetail>;

  constructor(asked: () => { page: string; range: RangeKey }) {
    this.detail = new Resource((signal) => {
      const { page, range } = asked();
      const query = { page, ...timesOf(range, wholeMinute(new Date())) };
      return call(session.path("/pages/detail"), { query, signal });
    });
  }
}
