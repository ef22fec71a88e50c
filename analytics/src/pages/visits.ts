import type { Range } from "../http/range.ts";
import { ID_SEGMENT, templateSql } from "../filters/page-template.ts";
import type { PagesFilter } from "./page.ts";

export interface PagesScope {
  projectId: string;
  range: Range;
  filter: PagesFilter;
  /** One session in so many is read; all by default. */
  oneIn?: number;
}

const COLUMNS = {
  release: "service_version",
  channel: "channel",
  audience: "audience",
  environment: "environment",
} as const;
const PROPERTIES = ["release", "channel", "audience", "environment"] as const;

/** What the SQL of a scope binds. */
export function scopeParams({ projectId, range, filter, oneIn = 1 }: PagesScope): Record<string, unknown> {
  const used = PROPERTIES.filter((property) => filter[property] !== undefined);
  return {
    project: projectId,
    from: range.from,
    to: range.to,
    id_segment: ID_SEGMENT,
    one_in: oneIn,
    ...Object.fromEntries(used.map((property) => [`only_${property}`, filter[property]])),
  };
}

/** The scope as a condition on events, or on error events. */
export function scopeSql({ filter }: PagesScope): string {
  const only = PROPERTIES.filter((property) => filter[property] !== undefined);
  return [
    "project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}",
    ...only.map((property) => `${COLUMNS[property]} = {only_${property}: String}`),
  ].join(" AND ");
}

export const IS_VIEW = "event_name IN ('vox.screen.viewed', 'vox.page.viewed') AND page != ''";
/** One that found nothing leads nowhere. */
const QUERY = "attributes['vox.search.query']";
const IS_SEARCH = `event_name = 'vox.search' AND ${QUERY} != '' AND attributes['vox.search.results'] != '0'`;

/** Each page of a table as it was sent, with its `template` and that one's `page_key`; templates cost more than all else. */
export const templatesSql = (scope: PagesScope, table = "events_v1") => `(
  SELECT page, ${templateSql("page")} AS template, sipHash64(template) AS page_key
  FROM (SELECT DISTINCT page FROM ${table} WHERE ${scopeSql(scope)}))`;

/**
 * One row a session that viewed pages: its `trail`, visits in order, each its time, its page's key (never 0) and whether a search
 * came right before. Of one page only sessions that viewed it, and each visit with its page's name and what was searched for
 * right before. To stand after FROM.
 */
export function trailsSql(scope: PagesScope, page?: "{page: String}"): string {
  const isNamed = page !== undefined;
  return `(
  SELECT arrayFilter((view, before) -> view.2 != before, views, ${before("views.2", "toUInt64(0)")}) AS trail
  FROM (
    SELECT arrayFilter(event -> event.2 != 0, arrayMap((event, before${isNamed ? ", said" : ""}) -> (event.1, event.5, before = 0${isNamed ? ", event.6, said" : ""}),
      events, ${before("events.5", "toUInt64(1)")}${isNamed ? `, ${before("events.6", "''")}` : ""})) AS views
    FROM (
      SELECT arraySort(groupArray((time, received_at, length(event_id), event_id, page_key${isNamed ? ", label" : ""}))) AS sent,
        arrayFilter((event, copy) -> copy = 1, sent, arrayEnumerateUniq(sent.4)) AS events
      FROM (${eventsSql(scope, page)})
      GROUP BY session_id
    )
  )
  WHERE notEmpty(trail))`;
}

/** Of each element the one before it. */
const before = (array: string, first: string) => `arrayPopBack(arrayPushFront(${array}, ${first}))`;

function eventsSql(scope: PagesScope, page?: "{page: String}"): string {
  const templates = templatesSql(scope);
  const only =
    page === undefined
      ? ""
      : `AND session_id IN (
        SELECT session_id FROM events_v1
        WHERE ${scopeSql(scope)} AND ${IS_VIEW} AND page IN (SELECT page FROM ${templates} WHERE template = ${page}))`;
  const sampled = (scope.oneIn ?? 1) > 1 ? "AND sipHash64(session_id) % {one_in: UInt32} = 0" : "";
  return `
    SELECT session_id, time, received_at, event_id, if(is_view, page_key, 0) AS page_key, if(is_view, template, query) AS label
    FROM (
      SELECT session_id, time, received_at, event_id, page, ${IS_VIEW} AS is_view, ${QUERY} AS query FROM events_v1
      WHERE ${scopeSql(scope)} AND session_id != '' AND ((${IS_VIEW}) OR (${IS_SEARCH})) ${sampled} ${only}
    ) AS stored
    LEFT ANY JOIN ${templates} AS templates USING (page)
    WHERE NOT is_view OR template != ''`;
}
