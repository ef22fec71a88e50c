import { inArrivalOrder } from "../slow-arrival.fixture.ts";
import { resolveSlowly, storedId, type Sent } from "../slow-identities.fixture.ts";
import type { Counts, PageMap } from "./page-map.ts";

export interface PageEvent extends Sent {
  event_id: string;
  /** Unix milliseconds. */
  received: number;
  event_name: string;
  page: string;
  channel: string;
  /** "" when the app did not say. */
  results: string;
  isError: boolean;
}

interface Question {
  from: number;
  to: number;
  channel: string | undefined;
  start: string;
}

interface Visit {
  page: string;
  time: number;
  bySearch: boolean;
}

/** The map of pages by the words of docs/journeys-pages.md and nothing else. */
export function mapSlowly(sent: readonly PageEvent[], question: Question): Pick<PageMap, "pages" | "links"> {
  const customerOf = resolveSlowly(sent);
  const asked = inArrivalOrder(sent).filter(
    ({ time, channel }) =>
      time >= question.from &&
      time < question.to &&
      (question.channel === undefined || channel === question.channel),
  );
  const customersOf = (events: readonly PageEvent[]) =>
    new Set(events.map((event) => customerOf(storedId(event))).filter((customer) => customer !== "")).size;
  const trails = [...Map.groupBy(asked, ({ session }) => session)]
    .filter(([session]) => session !== "")
    .map(([, events]) => trailSlowly(events));
  const pages = [...new Set(trails.flat().map(({ page }) => page))].map((page) => {
    const views = asked.filter(
      (event) => isView(event) && event.session !== "" && nameOf(event.page) === page,
    );
    const errors = asked.filter((event) => event.isError && event.page !== "" && nameOf(event.page) === page);
    return {
      ...countSlowly(page, trails, question.start),
      customers: customersOf(views),
      errors: errors.length,
      errorCustomers: customersOf(errors),
    };
  });
  return { pages, links: linksSlowly(trails) };
}

const isView = ({ event_name, page }: PageEvent) =>
  ["vox.screen.viewed", "vox.page.viewed"].includes(event_name) && nameOf(page) !== "";

const nameOf = (page: string) => (page.split(/[?#]/)[0] ?? "").replace(/(?<=\/)\d+(?=\/|$)/g, ":id");

function trailSlowly(events: readonly PageEvent[]): Visit[] {
  const trail: Visit[] = [];
  let hasSearched = false;
  for (const event of events) {
    if (event.event_name === "vox.search") hasSearched ||= event.results !== "0";
    if (!isView(event)) continue;
    const page = nameOf(event.page);
    if (page !== trail.at(-1)?.page) trail.push({ page, time: event.time, bySearch: hasSearched });
    hasSearched = false;
  }
  return trail;
}

function countSlowly(page: string, trails: readonly Visit[][], start: string): Counts {
  const having = trails.filter((trail) => trail.some((visit) => visit.page === page));
  const seconds = having
    .flatMap((trail) =>
      trail.flatMap((visit, at) => {
        const next = trail[at + 1];
        return visit.page === page && next !== undefined ? [(next.time - visit.time) / 1000] : [];
      }),
    )
    .toSorted((a, b) => a - b);
  const visits = having.flat().filter((visit) => visit.page === page);
  const entrances = having.filter((trail) => trail[0]?.page === page);
  return {
    page,
    visits: visits.length,
    sessions: having.length,
    entrances: entrances.length,
    bounces: entrances.filter((trail) => trail.length === 1).length,
    exits: having.filter((trail) => trail.at(-1)?.page === page).length,
    searches: visits.filter(({ bySearch }) => bySearch).length,
    medianSeconds: seconds[Math.floor(seconds.length * 0.5)] ?? null,
    p90Seconds: seconds[Math.floor(seconds.length * 0.9)] ?? null,
    ways: waysSlowly(page, having, start),
  };
}

function waysSlowly(page: string, having: readonly Visit[][], start: string): Counts["ways"] {
  const ways = new Map<string, Counts["ways"][number]>();
  for (const trail of having) {
    const at = trail.findIndex((visit) => visit.page === page);
    if (at === 0) continue;
    const from = trail.slice(0, at + 1).findLastIndex((visit) => visit.page === start);
    const way = {
      taps: from === -1 ? null : Math.min(30, at - from),
      bySearch: trail[at]?.bySearch === true,
    };
    const key = JSON.stringify(way);
    ways.set(key, { ...way, sessions: (ways.get(key)?.sessions ?? 0) + 1 });
  }
  return [...ways.values()];
}

function linksSlowly(trails: readonly Visit[][]): PageMap["links"] {
  const links = new Map<string, PageMap["links"][number]>();
  for (const trail of trails) {
    for (const [at, { page, bySearch }] of trail.entries()) {
      const source = trail[at - 1]?.page;
      if (source === undefined || bySearch) continue;
      const key = JSON.stringify([source, page]);
      links.set(key, { source, target: page, steps: (links.get(key)?.steps ?? 0) + 1 });
    }
  }
  return [...links.values()].filter(({ steps }) => steps >= 5);
}
