import { linksOf, ofKeys, OWN_KEY, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { FEWEST_ANSWERS } from "../stats/nps.ts";
import { relativeRisk } from "../stats/relative-risk.ts";
import type { ErrorDetail } from "./error-group.ts";
import { filterSql } from "./filter.ts";
import { scopeParams, storedErrors, type ErrorScope } from "./scope.ts";

type Segment = ErrorDetail["segments"][number];

const VALUES_PER_PROPERTY = 12;

/**
 * How the group's customers spread over releases, channels and so on, and where they are more than chance would have it among
 * those active in the same flows; one customer may count under several values.
 */
export async function segmentsOf(warehouse: Warehouse, scope: ErrorScope): Promise<Segment[]> {
  const links = await linksOf(warehouse, scope.projectId);
  const rows = await warehouse.query({
    name: "error-segments",
    sql: segmentsSql(scope, links),
    params: scopeParams(scope),
    row: segmentRow,
  });
  const all = rows.find(({ property }) => property === "all");
  return rows.flatMap(({ property, ...row }) => {
    if (property === "all" || all === undefined) return [];
    const { value, customers } = row;
    return [{ property, value, customers, share: customers / all.customers, lift: liftOf(row, all) }];
  });
}

const segmentRow = z.object({
  /** `all` in the row of totals. */
  property: z.enum(["all", "release", "channel", "audience", "os", "page", "step"]),
  value: z.string(),
  /** Who met the error under the value. */
  customers: z.number(),
  /** Who was active under the value in the group's flows, and how many of them met the error anywhere. */
  active: z.number(),
  affected: z.number(),
});
type Counts = Pick<z.infer<typeof segmentRow>, "active" | "affected">;

/** Null where there is nobody to compare with, as of pages and steps, or too few. */
function liftOf(of: Counts, all: Counts): Segment["lift"] {
  const [exposed, unexposed] = [of.active, all.active - of.active];
  if (Math.min(exposed, unexposed) < FEWEST_ANSWERS) return null;
  const cases = { exposedCases: of.affected, unexposedCases: all.affected - of.affected };
  const found = relativeRisk({ exposed, unexposed, ...cases });
  return found && { relativeRisk: found.relativeRisk, low: found.low, high: found.high };
}

const COMPARED = `('all', ''), ('release', toString(service_version)), ('channel', toString(channel)),
      ('audience', toString(audience)), ('os', toString(os_name))`;

function segmentsSql(scope: ErrorScope, links: Links): string {
  const errors = `SELECT * FROM ${storedErrors(scope, links)} WHERE customer_key != 0`;
  const active = `
    SELECT DISTINCT ${OWN_KEY} AS own_key, user_id = '' AS is_anonymous, service_version, channel, audience, os_name FROM events_v1
    WHERE project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}
      AND customer_id != '' AND (flow IN (SELECT flow FROM (${errors})) OR '' IN (SELECT flow FROM (${errors})))${filterSql(scope.filter).sql}`;
  return `
  SELECT segment.1 AS property, segment.2 AS value, uniqExactIf(customer_key, is_error) AS customers,
    uniqExactIf(customer_key, NOT is_error) AS active, uniqExactIf(customer_key, NOT is_error AND is_affected) AS affected
  FROM (
    SELECT customer_key, true AS is_error, true AS is_affected,
      arrayJoin([${COMPARED}, ('page', toString(page)), ('step', toString(step))]) AS segment
    FROM (${errors})
    UNION ALL
    SELECT customer_key, false AS is_error, customer_key IN (SELECT customer_key FROM (${errors})) AS is_affected,
      arrayJoin([${COMPARED}]) AS segment
    FROM ${ofKeys(active, links, "is_anonymous")}
  )
  GROUP BY segment HAVING customers > 0
  ORDER BY property, customers DESC, value LIMIT ${VALUES_PER_PROPERTY} BY property`;
}
