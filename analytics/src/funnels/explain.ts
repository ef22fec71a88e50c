import { GROUPED_ERRORS, linksOf, ofUnits, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { matchEvent } from "../filters/event-filter.ts";
import { adjustPValues } from "../stats/benjamini-hochberg.ts";
import { relativeRisk } from "../stats/relative-risk.ts";
import { chainSql } from "./chain-sql.ts";
import type { DropFactor, ExplainQuery, FunnelExplanation } from "./funnel.ts";

export interface ExplainQuestion {
  projectId: string;
  query: ExplainQuery;
  /** Units whose window has not ended by now cannot be judged yet and are left out. */
  now: Date;
}

/** Fewer units on a side say nothing about it. */
const FEWEST_UNITS = 10;
const MOST_FACTORS = 50;
const SIGNIFICANCE = 0.05;

/**
 * What separates units that dropped after a step from those that went on (DESIGN section 7, "Explain"): the errors met
 * between the step and the next one or the window's end, and the segment at the step. An association, not yet a cause: who
 * drops also has more time to meet an error than who goes on at once.
 */
export async function explainDrop(
  warehouse: Warehouse,
  question: ExplainQuestion,
): Promise<FunnelExplanation> {
  const { step } = question.query;
  const counts = await countFactors(warehouse, question);
  const all = counts.find((count) => count.kind === "all") ?? { units: 0, droppedUnits: 0 };
  const tested = counts.flatMap((count) => testFactor(count, all));
  const adjusted = adjustPValues(tested.map((factor) => factor.pValue));
  const factors = tested
    .map((factor, index) => {
      const adjustedPValue = adjusted[index] ?? 1;
      return { ...factor, adjustedPValue, significant: adjustedPValue < SIGNIFICANCE };
    })
    .toSorted((a, b) => b.attributableDropOffs - a.attributableDropOffs || a.pValue - b.pValue)
    .slice(0, MOST_FACTORS);
  const titles = await titlesOf(warehouse, question, factors);
  return {
    step,
    reached: all.units,
    dropped: all.droppedUnits,
    factors: factors.map((factor) => ({ ...factor, title: titles.get(factor.key) ?? factor.key })),
  };
}

type Tested = Omit<DropFactor, "title" | "adjustedPValue" | "significant">;

function testFactor(count: FactorCount, all: { units: number; droppedUnits: number }): Tested[] {
  const { kind, key, units: exposed, droppedUnits: exposedDropped } = count;
  const unexposed = all.units - exposed;
  const unexposedDropped = all.droppedUnits - exposedDropped;
  if (kind === "all" || Math.min(exposed, unexposed) < FEWEST_UNITS) return [];
  const risk = relativeRisk({
    exposed,
    exposedCases: exposedDropped,
    unexposed,
    unexposedCases: unexposedDropped,
  });
  if (risk === null) return [];
  const attributableDropOffs =
    risk.low > 1 ? (exposedDropped * (risk.relativeRisk - 1)) / risk.relativeRisk : 0;
  return [{ kind, key, exposed, exposedDropped, unexposed, unexposedDropped, ...risk, attributableDropOffs }];
}

const factorCount = z.object({
  kind: z.enum(["all", "error", "segment"]),
  key: z.string(),
  units: z.number(),
  droppedUnits: z.number(),
});
type FactorCount = z.infer<typeof factorCount>;

/** What is known of the event of the step, as far as it is. */
const SEGMENTS = `arrayMap(pair -> ('segment', concat(pair.1, '=', pair.2)), arrayFilter(pair -> pair.2 != '', [
  ('release', toString(service_version)), ('channel', toString(channel)), ('audience', toString(audience)),
  ('os', toString(os_name)), ('region', toString(region))]))`;

/** One pass: each unit that reached the step is one row with its factors, counted under each of them and under "all". */
async function countFactors(
  warehouse: Warehouse,
  { projectId, query, now }: ExplainQuestion,
): Promise<FactorCount[]> {
  const links = await linksOf(warehouse, projectId);
  const chain = chainSql(query, links);
  const sql = `
  SELECT factor.1 AS kind, factor.2 AS key, count() AS units, countIf(dropped) AS droppedUnits
  FROM (
    SELECT dropped, arrayJoin(arrayConcat([('all', '')], segments, arrayMap(name -> ('error', name), arrayDistinct(
      arrayMap(error -> error.2, arrayFilter(error -> error.1 >= since AND error.1 < until, errors)))))) AS factor
    FROM (
      SELECT unit, dropped, since, until, ${SEGMENTS} AS segments
      FROM ${stepEventsSql(query, links)} AS events
      ANY INNER JOIN (${reachedSql(chain.sql)}) AS reached ON reached.id = events.event_id AND reached.unit = events.unit
    ) AS reached
    LEFT JOIN (${errorsSql(query.unit, links)}) AS met ON met.unit = reached.unit
  )
  GROUP BY kind, key`;
  const step = query.steps[query.step - 1];
  const params = {
    ...chain.params,
    ...(step && matchEvent(step, "at").params),
    project: projectId,
    now: now.getTime(),
    step: query.step,
  };
  return warehouse.query({ name: "explain-drop", sql, params, row: factorCount });
}

/**
 * Units that reached the step and can be judged, with the time in which they could meet an error: from the step's own
 * millisecond, for an error there is of an action that fails at once, to the next step or past the window's last millisecond.
 */
const reachedSql = (chain: string) => `
  SELECT unit, depth = {step: UInt8} AS dropped, ids[{step: UInt8}] AS id, moments[{step: UInt8}] AS since,
    if(dropped, start + {window: Int64} + 1, moments[{step: UInt8} + 1]) AS until
  FROM (${chain}) WHERE depth >= {step: UInt8} AND NOT (dropped AND open)`;

/** They stream past the units, of whom there are fewer. */
function stepEventsSql(query: ExplainQuery, links: Links): string {
  const step = query.steps[query.step - 1];
  const events = `
  SELECT customer_id, user_id = '' AS is_anonymous, session_id, event_id, service_version, channel, audience, os_name, region
  FROM events_v1
  WHERE project_id = {project: String} AND ${step === undefined ? "false" : matchEvent(step, "at").sql}
    AND time >= {from: DateTime64(3, 'UTC')}
    AND toUnixTimestamp64Milli(time) < toUnixTimestamp64Milli({to: DateTime64(3, 'UTC')}) + {window: Int64}`;
  return ofUnits(events, query.unit, links);
}

function errorsSql(unit: ExplainQuery["unit"], links: Links): string {
  const errors = `
  SELECT customer_id, is_anonymous, session_id, time, fingerprint FROM ${GROUPED_ERRORS}
  WHERE project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')}
    AND toUnixTimestamp64Milli(time) <= toUnixTimestamp64Milli({to: DateTime64(3, 'UTC')}) + {window: Int64}`;
  return `
  SELECT unit, groupArray((toUnixTimestamp64Milli(time), fingerprint)) AS errors
  FROM ${ofUnits(errors, unit, links)} GROUP BY unit`;
}

async function titlesOf(
  warehouse: Warehouse,
  { projectId, query }: ExplainQuestion,
  factors: readonly Tested[],
): Promise<Map<string, string>> {
  const fingerprints = factors.filter(({ kind }) => kind === "error").map(({ key }) => key);
  if (fingerprints.length === 0) return new Map();
  const sql = `
  SELECT fingerprint, argMax((toString(error_code), title), (time, event_id)) AS name FROM ${GROUPED_ERRORS}
  WHERE project_id = {project: String} AND fingerprint IN {fingerprints: Array(String)} AND time >= {from: DateTime64(3, 'UTC')}
  GROUP BY fingerprint`;
  const row = z.object({ fingerprint: z.string(), name: z.tuple([z.string(), z.string()]) });
  const params = { project: projectId, fingerprints, from: new Date(query.from) };
  const rows = await warehouse.query({ name: "error-titles", sql, params, row });
  return new Map(
    rows.map(({ fingerprint, name: [code, title] }) => [
      fingerprint,
      code === "" || title.includes(code) ? title : `${code}: ${title}`,
    ]),
  );
}
