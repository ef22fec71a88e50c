import type { SearchesResult } from "@voxloop/analytics/shapes";
import type { Format } from "#format.ts";

/** As many as the api tells. */
export const MOST_QUERIES = 1000;
/** More rows than anybody reads; the box finds the others. */
const MOST_ROWS = 100;
/** Below it, one search more moves a share by 20 points or more. */
const FEWEST_OF_QUERY = 5;
/** Below it, shares of all searches jump about with each. */
export const FEWEST_OF_ALL = 30;

type Query = SearchesResult["queries"][number];

/** The queries that contain what is wanted, the most searched first, and how many more there are than are shown. */
export function listQueries(queries: readonly Query[], wanted: string): { shown: Query[]; more: number } {
  const text = wanted.trim().toLowerCase();
  const found = queries.filter(({ query }) => query.includes(text));
  return { shown: found.slice(0, MOST_ROWS), more: Math.max(0, found.length - MOST_ROWS) };
}

/** A part of a query's searches: a share, or of few searches the number. */
export function sayPart(part: number, of: number, format: Format): string {
  return of < FEWEST_OF_QUERY ? `${format.integer(part)} / ${format.integer(of)}` : format.percent(part / of);
}

/** A part of all searches; nothing of few. */
export function sayShareOfAll(part: number, of: number, format: Format): string {
  return of < FEWEST_OF_ALL ? "–" : format.percent(part / of);
}
