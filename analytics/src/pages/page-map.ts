/** A step that customers take from one page to the next without a search. */
export interface Link {
  /** "": the session began. */
  source: string;
  target: string;
  steps: number;
}

/** Sessions that came to a page, by the first time they did. */
interface Way {
  /** From the start page; null when the session had not been there. */
  taps: number | null;
  bySearch: boolean;
  sessions: number;
}

export interface Counts {
  page: string;
  visits: number;
  sessions: number;
  entrances: number;
  bounces: number;
  exits: number;
  searches: number;
  medianSeconds: number | null;
  p90Seconds: number | null;
  ways: Way[];
}

/** Numbers are of the sessions that were read, but those of customers and errors are of all. */
export interface PageMap {
  startPage: string | null;
  /** One session in so many was read. */
  oneIn: number;
  links: Link[];
  pages: (Counts & { customers: number; errors: number; errorCustomers: number })[];
}

/** Of the steps to a gate, the share that comes from where sessions begin; of those on from it, the share that goes on to one page. */
const GATE = 0.9;
const MOST_GATES = 3;

/** Where most sessions begin, and behind gates such as a sign-in: pages that everybody passes once, and from which all go on to the same one. */
export function startOf(links: readonly Link[]): string | null {
  const from = Map.groupBy(links, ({ source }) => source);
  const to = Map.groupBy(links, ({ target }) => target);
  const front = new Set([""]);
  let page = mostTaken(from.get("") ?? [])?.target ?? null;
  for (let gates = 0; page !== null && gates < MOST_GATES; gates += 1) {
    const [arrivals, onward] = [to.get(page) ?? [], from.get(page) ?? []];
    const next = mostTaken(onward);
    const fromFront = arrivals.filter(({ source }) => front.has(source));
    if (next === undefined || next.steps < GATE * sumSteps(onward)) break;
    if (front.has(next.target) || sumSteps(fromFront) < GATE * sumSteps(arrivals)) break;
    front.add(page);
    page = next.target;
  }
  return page;
}

function mostTaken(links: readonly Link[]): Link | undefined {
  return links.reduce<Link | undefined>(
    (best, link) => (best === undefined || isBefore(link, best) ? link : best),
    undefined,
  );
}

const isBefore = (one: Link, other: Link) =>
  one.steps > other.steps || (one.steps === other.steps && one.target < other.target);

export const sumSteps = (links: readonly Link[]): number => links.reduce((sum, { steps }) => sum + steps, 0);

/** Of the visits of a page, the share that steps to another must be for these to be a link; fewer are chance. */
const LEAST_SHARE = 0.0001;

export function linksWithin({ links, pages }: PageMap): Link[] {
  const visits = new Map(pages.map((page) => [page.page, page.visits]));
  return links.filter(({ source, steps }) => steps >= LEAST_SHARE * (visits.get(source) ?? 0));
}

/** The fewest links from the start page to each that they lead to, by breadth-first search. */
export function shortestTaps(startPage: string | null, links: readonly Link[]): Map<string, number> {
  const from = Map.groupBy(links, ({ source }) => source);
  const taps = new Map<string, number>();
  let reached = startPage === null ? [] : [startPage];
  for (let depth = 0; reached.length > 0; depth += 1) {
    for (const page of reached) taps.set(page, depth);
    const next = reached.flatMap((page) => (from.get(page) ?? []).map(({ target }) => target));
    reached = [...new Set(next)].filter((page) => !taps.has(page));
  }
  return taps;
}

/** The median of the taps that sessions took from the start page; of an even number the higher. */
export function typicalTaps(ways: readonly Way[]): number | null {
  const told = ways
    .flatMap(({ taps, sessions }) => (taps === null ? [] : [{ taps, sessions }]))
    .toSorted((a, b) => a.taps - b.taps);
  let left = Math.floor(sumSessions(told) / 2);
  for (const { taps, sessions } of told) {
    if (left < sessions) return taps;
    left -= sessions;
  }
  return null;
}

export const sumSessions = (ways: readonly { sessions: number }[]): number =>
  ways.reduce((sum, { sessions }) => sum + sessions, 0);
