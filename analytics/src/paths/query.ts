import { linksOf, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { ID_SEGMENT, templateSql } from "../filters/page-template.ts";
import { ofUnitsWithin, type SegmentFilter } from "../filters/segment-filter.ts";
import type { PathsQuery, PathsResult } from "./path.ts";

/** The ways units take from an anchor or to it, each unit's first, as the links of a Sankey diagram. */
export async function queryPaths(
  warehouse: Warehouse,
  of: { projectId: string; query: PathsQuery; segment?: SegmentFilter | undefined },
): Promise<PathsResult> {
  const { projectId, query, segment } = of;
  const sql = linksSql(query, { links: await linksOf(warehouse, projectId), segment });
  const params = {
    project: projectId,
    from: new Date(query.from),
    to: new Date(query.to),
    anchor: query.anchor.event ?? query.anchor.page,
    goal: query.goal ?? "",
    depth: query.depth,
    share: query.minShare,
    id_segment: ID_SEGMENT,
    ...segment?.params,
  };
  const remembered = { project: projectId, until: params.to };
  const rows = await warehouse.query({ name: "query-paths", sql, params, row: linkRow, remembered });
  const firsts = rows.filter((row) => row.position === 0);
  const links = rows.map(({ source, target, ...row }) => ({
    ...row,
    source: source === "" ? null : source,
    target: target === "" ? null : target,
  }));
  const sum = (key: "units" | "converted") => firsts.reduce((total, row) => total + row[key], 0);
  return { units: sum("units"), converted: sum("converted"), links };
}

const linkRow = z.object({
  position: z.number(),
  source: z.string(),
  target: z.string(),
  ends: z.number().transform((ends) => ends === 1),
  units: z.number(),
  converted: z.number(),
});

interface Whose {
  links: Links;
  segment: SegmentFilter | undefined;
}

/** A path is in exactly one link at each position, so a node's units are the sum of its links and rare ones can be folded. */
function linksSql(query: PathsQuery, whose: Whose): string {
  return `
  SELECT position, if(position = 0 OR source_units >= floor_units, source_node, '') AS source,
    if(target_units >= floor_units, target_node, '') AS target, is_end AS ends,
    toUInt32(sum(link_units)) AS units, toUInt32(sum(link_converted)) AS converted
  FROM (
    SELECT *, sum(link_units) OVER (PARTITION BY position, source_node) AS source_units,
      sum(link_units) OVER (PARTITION BY position, target_node, is_end) AS target_units,
      {share: Float64} * sumIf(link_units, position = 0) OVER () AS floor_units
    FROM (
      SELECT toUInt32(at_node - 1) AS position, path[at_node] AS source_node, path[at_node + 1] AS target_node,
        toUInt8(at_node = length(path)) AS is_end, count() AS link_units, sum(has_converted) AS link_converted
      FROM (${pathsSql(query, whose)})
      ARRAY JOIN range(1, least(length(path), {depth: UInt8}) + 1) AS at_node
      GROUP BY position, source_node, target_node, is_end
    )
  )
  GROUP BY position, source, target, ends ORDER BY position, units DESC, source, target, ends`;
}

/** One row a unit that met the anchor: its `path`, the anchor first, and whether it `has_converted`. */
function pathsSql(query: PathsQuery, whose: Whose): string {
  const { direction, collapse } = query;
  const around =
    direction === "from"
      ? "arraySlice(events, anchor_at + 1)"
      : "arrayReverse(arraySlice(events, 1, anchor_at - 1))";
  const nodes = `arrayConcat([{anchor: String}], arrayFilter(node -> node != '', arrayMap(event -> event.5, ${around})))`;
  return `
      SELECT arraySlice(${collapse ? `arrayCompact(${nodes})` : nodes}, 1, {depth: UInt8} + 1) AS path,
        arrayExists(event -> event.7, arraySlice(events, anchor_at + 1)) AS has_converted
      FROM (
        SELECT arraySort(groupArray((time, received_at, length(event_id), event_id, label, is_anchor, is_goal))) AS sent,
          arrayFilter((event, copy) -> copy = 1, sent, arrayEnumerateUniq(sent.4)) AS events,
          arrayFirstIndex(event -> event.6, events) AS anchor_at
        FROM (${unitRows(query, whose)})
        GROUP BY unit HAVING anchor_at > 0
      )`;
}

/** The events that matter, only of units that met the anchor: most did not, and need not be sorted. */
function unitRows({ by, anchor, unit }: PathsQuery, whose: Whose): string {
  const inRange =
    "project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}";
  // Pages are few beside events, and their templates cost more than all else.
  const pages = `(SELECT page, ${templateSql("page")} AS template FROM (SELECT DISTINCT page FROM events_v1 WHERE ${inRange}))`;
  const isAnchor =
    anchor.event === undefined
      ? `page IN (SELECT page FROM ${pages} WHERE template = {anchor: String})`
      : "event_name = {anchor: String}";
  const rows = (where: string) => `
        SELECT customer_id, user_id = '' AS is_anonymous, session_id, time, received_at, event_id, event_name, page
        FROM events_v1 WHERE ${inRange} AND ${where}`;
  const met = `SELECT unit FROM ${ofUnitsWithin(rows(isAnchor), unit, whose)}`;
  const matters = by === "page" ? `(page != '' OR event_name = {goal: String} OR ${isAnchor})` : "true";
  const labelled = by === "page" ? `LEFT ANY JOIN ${pages} AS templates USING (page)` : "";
  return `
          SELECT unit, time, received_at, event_id, ${by === "page" ? "template" : "toString(event_name)"} AS label,
            ${isAnchor} AS is_anchor, event_name = {goal: String} AS is_goal
          FROM ${ofUnitsWithin(rows(matters), unit, whose)} AS of_units ${labelled}
          WHERE unit IN (${met})`;
}
