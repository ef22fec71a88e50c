import { resolveSlowly, storedId, type Sent } from "../slow-identities.fixture.ts";
import type { SearchesQuery, SearchesResult } from "./report.ts";

export interface SearchEvent extends Sent {
  event_id: string;
  query: string;
  /** "" when the app did not say. */
  results: string;
  clicked: string;
}

/** The searches by the words of docs/journeys-search.md and nothing else. */
export function searchesSlowly(sent: readonly SearchEvent[], question: SearchesQuery): SearchesResult {
  const customerOf = resolveSlowly(sent);
  const ids = new Set<string>();
  const searches = sent
    .filter(({ event_id }) => !ids.has(event_id) && ids.add(event_id))
    .filter(({ previous }) => previous === "")
    .map((event) => ({ ...event, query: event.query.trim().toLowerCase() }))
    .filter(
      ({ query, time }) =>
        query !== "" && time >= Date.parse(question.from) && time < Date.parse(question.to),
    )
    .toSorted((a, b) => a.time - b.time || compare(a.event_id, b.event_id));
  const isReformulated = (search: SearchEvent, at: number) => {
    const next = searches.slice(at + 1).find(({ session }) => session === search.session);
    if (search.clicked !== "" || search.session === "" || next === undefined) return false;
    return next.query !== search.query && next.time - search.time <= 5 * 60_000;
  };
  const judged = searches.map((search, at) => ({
    query: search.query,
    customer: customerOf(storedId(search)),
    isEmpty: search.results === "0",
    isClicked: search.clicked !== "",
    isReformulated: isReformulated(search, at),
  }));
  const queries = [...Map.groupBy(judged, ({ query }) => query)]
    .map(([query, of]) => ({ query, ...count(of) }))
    .toSorted((a, b) => b.searches - a.searches || compare(a.query, b.query));
  return { ...count(judged), queries: queries.slice(0, question.limit) };
}

interface Judged {
  customer: string;
  isEmpty: boolean;
  isClicked: boolean;
  isReformulated: boolean;
}

const count = (of: readonly Judged[]) => ({
  searches: of.length,
  customers: new Set(of.map(({ customer }) => customer).filter((customer) => customer !== "")).size,
  empty: of.filter(({ isEmpty }) => isEmpty).length,
  clicked: of.filter(({ isClicked }) => isClicked).length,
  reformulated: of.filter((search) => search.isReformulated).length,
});

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
