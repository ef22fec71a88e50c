import { linksOf, ofKeys, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { andInSegment } from "../filters/segment-filter.ts";
import { FEWEST_ANSWERS } from "../stats/nps.ts";
import { relativeRisk } from "../stats/relative-risk.ts";
import type { ErrorDetail } from "./error-group.ts";
import { activityWithin } from "./filter.ts";
import { judgedKeys, type ErrorScope, type JudgedKeys } from "./scope.ts";

type Segment = ErrorDetail["segments"][number];

const VALUES_PER_PROPERTY = 12;

/**
 * How the group's customers spread over releases, channels and so on, and where they are more than chance would have it among
 * those active in the same flows; one customer may count under several values.
 */
export async function segmentsOf(warehouse: Warehouse, scope: ErrorScope): Promise<Segment[]> {
  const errors = await judgedKeys(warehouse, scope);
  const flows = await flowsOf(warehouse, errors);
  const links = await linksOf(warehouse, scope.projectId);
  // An error outside flows can meet anybody.
  const inFlows = flows.includes("") ? undefined : flows;
  const active = activityWithin(scope.range, scope.filter, { flows: inFlows, columns: COLUMNS });
  const rows = await warehouse.query({
    name: "error-segments",
    sql: segmentsSql(
      `SELECT * FROM ${errors.sql} WHERE customer_key != 0`,
      `(SELECT * FROM ${ofKeys(
        `SELECT DISTINCT * EXCEPT (session_key, time) FROM (${active.sql}) WHERE own_key != 0`,
        links,
        "is_anonymous",
      )} WHERE true${andInSegment(scope.segment)})`,
    ),
    params: { ...errors.params, ...active.params },
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
  property: z.enum(["all", "release", "channel", "audience", "os", "region", "page", "step"]),
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

const COLUMNS = ["service_version", "channel", "audience", "os_name", "region"] as const;

const COMPARED = `('all', ''), ('release', toString(service_version)), ('channel', toString(channel)),
      ('audience', toString(audience)), ('os', toString(os_name)), ('region', toString(region))`;

async function flowsOf(warehouse: Warehouse, { sql, params }: JudgedKeys): Promise<string[]> {
  const row = z.object({ flow: z.string() });
  const asked = `SELECT DISTINCT toString(flow) AS flow FROM ${sql}`;
  return (await warehouse.query({ name: "error-flows", sql: asked, params, row })).map(({ flow }) => flow);
}

/** `errors` is a SELECT, `active` stands after FROM. */
function segmentsSql(errors: string, active: string): string {
  return `
  WITH affected AS (SELECT DISTINCT customer_key FROM (${errors}))
  SELECT segment.1 AS property, segment.2 AS value, uniqExactIf(customer_key, is_error) AS customers,
    uniqExactIf(customer_key, NOT is_error) AS active, uniqExactIf(customer_key, NOT is_error AND is_affected) AS affected
  FROM (
    SELECT customer_key, true AS is_error, true AS is_affected,
      arrayJoin([${COMPARED}, ('page', toString(page)), ('step', toString(step))]) AS segment
    FROM (${errors})
    UNION ALL
    SELECT customer_key, false AS is_error, customer_key IN (SELECT customer_key FROM affected) AS is_affected,
      arrayJoin([${COMPARED}]) AS segment
    FROM ${active}
  )
  GROUP BY segment HAVING customers > 0
  ORDER BY property, customers DESC, value LIMIT ${VALUES_PER_PROPERTY} BY property`;
}
