import { activityOf, activityOfEvents } from "@voxloop/warehouse";
import { Problem } from "../http/problem.ts";
import type { Range } from "../http/range.ts";

/** Properties an error list can be narrowed by, and their column in `error_events_v1` and `events_v1`. */
const COLUMNS = {
  release: "service_version",
  channel: "channel",
  audience: "audience",
  os: "os_name",
  region: "region",
  flow: "flow",
  step: "step",
  page: "page",
  environment: "environment",
} as const;
export type FilterProperty = keyof typeof COLUMNS;

/** Values by property: any of one property's values, and all properties. */
export type ErrorFilter = Partial<Record<FilterProperty, string[]>>;

/** Reads `property:value` texts; a value may hold a colon. Throws a Problem (400) that names the known properties. */
export function parseErrorFilter(texts: readonly string[]): ErrorFilter {
  const filter: ErrorFilter = {};
  for (const text of texts) {
    const colon = text.indexOf(":");
    const property = text.slice(0, Math.max(colon, 0));
    if (!isFilterProperty(property)) {
      throw new Problem(400, "Invalid request", {
        detail: `filter: must be property:value with a property of ${Object.keys(COLUMNS).join(", ")}`,
      });
    }
    (filter[property] ??= []).push(text.slice(colon + 1));
  }
  return filter;
}

/** The filter as SQL conditions, each opened by AND, with its bound values. */
export function filterSql(filter: ErrorFilter): { sql: string; params: Record<string, string[]> } {
  const used = Object.keys(filter).filter(isFilterProperty);
  return {
    sql: used.map((property) => ` AND ${COLUMNS[property]} IN {filter_${property}: Array(String)}`).join(""),
    params: Object.fromEntries(used.map((property) => [`filter_${property}`, filter[property] ?? []])),
  };
}

/** Where in an app something happened, which who was active in an hour does not tell. */
const OF_EVENTS: ReadonlySet<FilterProperty> = new Set(["step", "page"]);

type Asked = Pick<NonNullable<Parameters<typeof activityOf>[1]>, "flows" | "columns">;

/** Who was active, with or without errors, as the filter has it: from the aggregate where that can tell. */
export function activityWithin(
  range: Range,
  filter: ErrorFilter,
  { flows = filter.flow, columns = [] }: Asked = {},
): ReturnType<typeof activityOf> {
  const own = filterSql(filter);
  const find = needsEvents(filter) ? activityOfEvents : activityOf;
  const { sql, params } = find(range, { flows, columns, filter: own.sql });
  return { sql, params: { ...params, ...own.params } };
}

function needsEvents(filter: ErrorFilter): boolean {
  return Object.keys(filter).some((name) => isFilterProperty(name) && OF_EVENTS.has(name));
}

function isFilterProperty(name: string): name is FilterProperty {
  return Object.hasOwn(COLUMNS, name);
}
