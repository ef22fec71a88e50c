import type {
  HiddenList,
  HiddenPage,
  PageItem,
  PageList,
  UnwantedList,
  UnwantedPage,
} from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { Paged } from "#paged.svelte.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { session } from "#session.svelte.ts";
import { wholeMinute, type PagesAsked } from "./pages-query.ts";

/** What a list says besides its items. */
type About = Omit<PageList, "items" | "nextCursor"> & Partial<Pick<UnwantedList, "threshold">>;

export class PagesPage {
  /** Of the list that was read last. */
  about = $state.raw<About | undefined>();
  readonly all: Paged<PageItem>;
  readonly hidden: Paged<HiddenPage>;
  readonly unwanted: Paged<UnwantedPage>;

  constructor(asked: () => PagesAsked & { range: RangeKey }) {
    const times = () => timesOf(asked().range, wholeMinute(new Date()));
    const read = async <List extends PageList | HiddenList | UnwantedList>(
      path: string,
      query: Record<string, string | number | undefined>,
      signal: AbortSignal | undefined,
    ): Promise<List> => {
      const list = await call<List>(session.path(path), {
        query: { ...times(), q: asked().q, ...query },
        ...(signal && { signal }),
      });
      this.about = list;
      return list;
    };
    this.all = new Paged((cursor, signal) => {
      const { sort, order } = asked();
      return read<PageList>("/pages", { sort, order, cursor }, signal);
    });
    this.hidden = new Paged((cursor, signal) =>
      read<HiddenList>("/pages/hidden", { near: asked().near, cursor }, signal),
    );
    this.unwanted = new Paged((cursor, signal) => read<UnwantedList>("/pages/unwanted", { cursor }, signal));
  }

  load(tab: PagesAsked["tab"]): Promise<void> {
    return this[tab].load();
  }
}
