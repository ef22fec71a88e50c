import { linksOf, ofCustomers, type Links, type Warehouse } from "@voxloop/warehouse";
import { andInSegment, type SegmentFilter } from "../filters/segment-filter.ts";
import type { SearchesQuery, SearchesResult } from "./report.ts";
import { searchRow } from "./report.ts";

/** What customers looked for in the app, the most wanted first, and all of it together. */
export async function querySearches(
  warehouse: Warehouse,
  of: { projectId: string; query: SearchesQuery; segment?: SegmentFilter | undefined },
): Promise<SearchesResult> {
  const { projectId, query, segment } = of;
  const sql = searchesSql(await linksOf(warehouse, projectId), segment);
  const params = {
    project: projectId,
    from: new Date(query.from),
    to: new Date(query.to),
    limit: query.limit + 1,
    ...segment?.params,
  };
  const [total, ...queries] = await warehouse.query({ name: "query-searches", sql, params, row: searchRow });
  if (total === undefined) return { ...NONE, queries: [] };
  const { query: _, ...counts } = total;
  return { ...counts, queries };
}

const NONE = { searches: 0, customers: 0, empty: 0, clicked: 0, reformulated: 0 };

/** Of any script: input methods for Chinese type U+3000. */
const SPACE_AROUND = String.raw`^[\\s\\p{Z}]+|[\\s\\p{Z}]+$`;

/** The row of the total is first: its query is empty, as no search's is. */
function searchesSql(links: Links, segment?: SegmentFilter): string {
  const rows = `
    SELECT customer_id, user_id = '' AS is_anonymous, session_id, time, event_id,
      lowerUTF8(replaceRegexpAll(attributes['vox.search.query'], '${SPACE_AROUND}', '')) AS query,
      attributes['vox.search.results'] = '0' AS is_empty, attributes['vox.search.clicked'] != '' AS is_clicked
    FROM events_v1
    WHERE project_id = {project: String} AND event_name = 'vox.search' AND query != ''
      AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}
    ORDER BY received_at LIMIT 1 BY event_id`;
  return `
  SELECT query, toUInt32(count()) AS searches, toUInt32(uniqExactIf(customer_key, customer_key != 0)) AS customers,
    toUInt32(countIf(is_empty)) AS empty, toUInt32(countIf(is_clicked)) AS clicked,
    toUInt32(countIf(NOT is_clicked AND session_id != '' AND next_query NOT IN ('', query)
      AND next_time <= time + INTERVAL 5 MINUTE)) AS reformulated
  FROM (
    SELECT *, leadInFrame(query) OVER following AS next_query, leadInFrame(time) OVER following AS next_time
    FROM ${ofCustomers(rows, links, "is_anonymous")}
    WHERE true${andInSegment(segment)}
    WINDOW following AS (PARTITION BY session_id ORDER BY time, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
  )
  GROUP BY GROUPING SETS ((query), ())
  HAVING searches > 0
  ORDER BY query = '' DESC, searches DESC, query LIMIT {limit: UInt32}`;
}
