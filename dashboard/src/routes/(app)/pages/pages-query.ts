import type { PageColumn } from "@voxloop/analytics/shapes";

const TABS = ["all", "hidden", "unwanted"] as const;
type Tab = (typeof TABS)[number];

/** What of the map is looked at, as the address has it. */
export interface PagesAsked {
  tab: Tab;
  sort: PageColumn;
  order: "asc" | "desc";
  q: string;
  near: number;
}

const COLUMNS: readonly PageColumn[] = [
  "visits",
  "customers",
  "shortestTaps",
  "typicalTaps",
  "searches",
  "entrances",
  "exits",
  "errors",
  "errorCustomers",
  "medianSeconds",
  "p90Seconds",
];

export const NEAREST = [1, 2, 3] as const;

/** Whatever cannot be asked is as by default. */
export function askedOf(search: Pick<URLSearchParams, "get">): PagesAsked {
  return {
    tab: TABS.find((tab) => tab === search.get("tab")) ?? "all",
    sort: COLUMNS.find((column) => column === search.get("sort")) ?? "visits",
    order: search.get("order") === "asc" ? "asc" : "desc",
    q: search.get("q") ?? "",
    near: NEAREST.find((taps) => String(taps) === search.get("near")) ?? 1,
  };
}

/** The order that a click on a column's head leads to: the most first, then the least. */
export function nextOrder(
  { sort, order }: PagesAsked,
  column: PageColumn,
): Record<"sort" | "order", string | undefined> {
  const isAscending = sort === column && order === "desc";
  return { sort: column === "visits" ? undefined : column, order: isAscending ? "asc" : undefined };
}

const MINUTE_MS = 60_000;

/** The last whole minute: who sorts and searches asks about the same range, which the api then knows. */
export const wholeMinute = (now: Date): Date => new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
