import { shareOf, type ShareEstimate } from "../stats/share.ts";
import type { HiddenPage, PageColumn, PageItem, UnwantedPage } from "./page.ts";
import {
  linksWithin,
  shortestTaps,
  sumSessions,
  sumSteps,
  typicalTaps,
  type Link,
  type PageMap,
} from "./page-map.ts";

/** What is counted in a sample. */
const SAMPLED = ["visits", "sessions", "entrances", "bounces", "exits", "searches"] as const;

/** The pages as a list has them, in the order of a column; what a page does not have comes last. */
export function listPages(
  map: PageMap,
  { sort, order }: { sort: PageColumn; order: "asc" | "desc" },
): PageItem[] {
  const shortest = shortestTaps(map.startPage, linksWithin(map));
  const items = map.pages.map(({ ways, ...page }) => ({
    ...page,
    ...Object.fromEntries(SAMPLED.map((column) => [column, page[column] * map.oneIn])),
    shortestTaps: shortest.get(page.page) ?? null,
    typicalTaps: page.page === map.startPage ? 0 : typicalTaps(ways),
  }));
  const sign = order === "asc" ? 1 : -1;
  return items.toSorted((a, b) => {
    const [one, other] = [a[sort], b[sort]];
    if (one === null || other === null) return Number(one === null) - Number(other === null) || byName(a, b);
    return sign * (one - other) || byName(a, b);
  });
}

type Named = { page: string };
const byName = (a: Named, b: Named) => (a.page < b.page ? -1 : Number(a.page > b.page));

/** Where more than half of those who see a link follow it, it is the next step and cannot be hidden. */
const NEXT_STEP = 0.5;

/** Pages that are sought but are not within `near` taps of the start page; the most taps that could be saved first. */
export function listHidden(map: PageMap, near: number): HiddenPage[] {
  const links = linksWithin(map);
  const shortest = shortestTaps(map.startPage, links);
  const uptakes = uptakesOf(map, links);
  return map.pages
    .flatMap(({ page, visits, ways }) => {
      const taps = shortest.get(page) ?? null;
      const { uptake } = uptakes.get(page) ?? NOT_SHOWN;
      const isNear = page === map.startPage || (taps !== null && taps <= near);
      if (isNear || (uptake.share ?? 0) > NEXT_STEP) return [];
      const sought = ways.filter((way) => way.bySearch || isDetour(way.taps, taps));
      if (sought.length === 0) return [];
      const bySearch = sumSessions(sought.filter((way) => way.bySearch));
      const share = shareOf(sumSessions(sought), sumSessions(ways));
      return {
        page,
        visits: visits * map.oneIn,
        shortestTaps: taps,
        typicalTaps: typicalTaps(ways),
        bySearch: bySearch * map.oneIn,
        byDetour: (share.cases - bySearch) * map.oneIn,
        sought: share,
        uptake,
        excessTaps: taps === null ? 0 : tapsAbove(ways, taps) * map.oneIn,
        savedTaps: tapsAbove(sought, near) * map.oneIn,
        tooFew: share.tooFew,
      };
    })
    .toSorted(
      (a, b) =>
        Number(a.tooFew) - Number(b.tooFew) ||
        b.savedTaps - a.savedTaps ||
        b.sought.cases - a.sought.cases ||
        byName(a, b),
    );
}

type Way = PageMap["pages"][number]["ways"][number];

const isDetour = (taps: number | null, shortest: number | null) =>
  taps !== null && shortest !== null && taps > shortest;

const tapsAbove = (ways: readonly Way[], fewest: number) =>
  ways.reduce((sum, { taps, sessions }) => sum + sessions * Math.max(0, (taps ?? 0) - fewest), 0);

const MOST_SHOWN = 5;

interface Shown {
  uptake: ShareEstimate;
  on: string[];
}
const NOT_SHOWN: Shown = { uptake: shareOf(0, 0), on: [] };

/** Of each page that links lead to, how often it was shown by them and followed. */
function uptakesOf({ pages }: PageMap, links: readonly Link[]): Map<string, Shown> {
  const visits = new Map(pages.map((page) => [page.page, page.visits]));
  const visitsOf = ({ source }: Link) => visits.get(source) ?? 0;
  const uptakes = [...Map.groupBy(links, ({ target }) => target)].map(([page, to]) => {
    const shown = to.reduce((sum, link) => sum + visitsOf(link), 0);
    const on = to.toSorted((a, b) => visitsOf(b) - visitsOf(a)).slice(0, MOST_SHOWN);
    return [page, { uptake: shareOf(sumSteps(to), shown), on: on.map(({ source }) => source) }] as const;
  });
  return new Map(uptakes);
}

/** Pages that are shown often and followed rarely, those passed by most often first. */
export function listUnwanted(map: PageMap): { items: UnwantedPage[]; threshold: number | null } {
  const links = linksWithin(map);
  const shortest = shortestTaps(map.startPage, links);
  const uptakes = uptakesOf(map, links);
  const judged = map.pages.flatMap(({ page, visits }) => {
    const { uptake, on } = uptakes.get(page) ?? NOT_SHOWN;
    if (page === map.startPage || uptake.share === null || uptake.tooFew) return [];
    const passedBy = (uptake.of - uptake.cases) * map.oneIn;
    return {
      page,
      visits: visits * map.oneIn,
      shortestTaps: shortest.get(page) ?? null,
      uptake,
      passedBy,
      shownOn: on,
    };
  });
  const shares = judged.map(({ uptake }) => uptake.share ?? 0).toSorted((a, b) => a - b);
  const median = shares[Math.floor(shares.length / 2)];
  const threshold = median === undefined ? null : median / 2;
  const items = judged
    .filter(({ uptake }) => (uptake.high ?? 1) < (threshold ?? 0))
    .toSorted((a, b) => b.passedBy - a.passedBy || byName(a, b));
  return { items, threshold };
}
