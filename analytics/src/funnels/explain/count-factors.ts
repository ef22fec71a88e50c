import { linksOf, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { matchEvent } from "../../filters/event-filter.ts";
import type { SegmentFilter } from "../../filters/segment-filter.ts";
import { chainSql } from "../chain-sql.ts";
import { windowEnd } from "../window-end.ts";
import type { ExplainQuery } from "./explanation.ts";
import { factorEvents } from "./factor-events.ts";

export interface ExplainQuestion {
  projectId: string;
  query: ExplainQuery;
  /** Units whose window has not ended by now cannot be judged yet and are left out. */
  now: Date;
  segment?: SegmentFilter | undefined;
}

const outcomes = z.tuple([z.number(), z.number()]).transform(([cases, others]) => ({ cases, others }));
const factorRow = z.object({
  /** "failure": an error that failed an attempt. "all" for all units: in slice 0 each of them is `met`, and in each slice those who did anything are `active`. */
  kind: z.string(),
  key: z.string(),
  /** Of the time since the step; units that dropped are cases, those that went on others. */
  slices: z.array(
    z
      .tuple([z.number(), outcomes, outcomes, outcomes, outcomes])
      .transform(([slice, met, active, spared, left]) => ({ slice, met, active, spared, left })),
  ),
});

/**
 * Of units by slice: who `met` the factor first in it, who did anything in it having met it by then, whose measure was good, and
 * of those who met it at all whose time ended in it.
 */
export type FactorSlices = z.infer<typeof factorRow>;

const MOST_FACTORS = 1000;

/** One pass over the events of the steps and of the factors; the most frequent factors, and "all". */
export async function countFactors(warehouse: Warehouse, question: ExplainQuestion): Promise<FactorSlices[]> {
  const links = await linksOf(warehouse, question.projectId);
  const chain = chainSql(question.query, links, { segment: question.segment });
  const sql = `
  SELECT kind, key, groupArray((slice, met, active, spared, left)) AS slices
  FROM (
    SELECT mark.1 AS kind, mark.2 AS key, mark.3 AS slice, ${["met", "active", "spared", "left"].map(counts).join(", ")}
    FROM (
      SELECT dropped, arrayJoin(${MARKS}) AS mark
      FROM (
        SELECT events.unit AS unit, any(reached.dropped) AS dropped, any(reached.since) AS since, any(reached.until) AS until,
          groupUniqArrayIf(${slice("at", "reached.since")}, kind = '') AS active_slices,
          anyIf(events.segments, step_id != '') AS segments, arraySort(groupArrayIf((at, kind, key, is_met), kind != '')) AS moments
        FROM ${factorEvents(question.query, links)} AS events
        INNER JOIN (${reachedSql(chain.sql)}) AS reached ON reached.unit = events.unit
        WHERE if(step_id != '', step_id = reached.id, at >= reached.since AND at < reached.until)
        GROUP BY unit
      )
    )
    GROUP BY kind, key, slice
  )
  GROUP BY kind, key
  ORDER BY kind = 'all' DESC, sum(met.1 + met.2) DESC, kind, key
  LIMIT ${MOST_FACTORS}`;
  const params = { ...chain.params, ...explainParams(question) };
  const { remembered } = windowEnd(question.query, question);
  return warehouse.query({ name: "explain-drop", sql, params, row: factorRow, remembered });
}

const counts = (mark: string) =>
  `(countIf(mark.4 = '${mark}' AND dropped), countIf(mark.4 = '${mark}' AND NOT dropped)) AS ${mark}`;

export function explainParams({ projectId, query, now }: ExplainQuestion): Record<string, unknown> {
  const [step, next] = [query.steps[query.step - 1], query.steps[query.step]];
  return {
    ...(step && matchEvent(step, "at").params),
    ...(next && matchEvent(next, "next").params),
    project: projectId,
    now: windowEnd(query, { projectId, now }).now,
    step: query.step,
  };
}

/**
 * Units that reached the step and can be judged, with the time in which they could meet a factor: from the step's own
 * millisecond, for an error there is of an action that fails at once, to the next step or past the window's last millisecond.
 * Those who went on are judged only when their window has ended too: else the latest would be those who went on alone.
 */
export const reachedSql = (chain: string) => `
  SELECT unit, depth = {step: UInt8} AS dropped, ids[{step: UInt8}] AS id, moments[{step: UInt8}] AS since,
    if(dropped, start + {window: Int64} + 1, moments[{step: UInt8} + 1]) AS until
  FROM (${chain}) WHERE depth >= {step: UInt8} AND NOT open`;

/** Slices of 4 % of the time since the step, so that those soon after it are as fine as they matter; 0 is the step itself. */
const slice = (moment: string, since: string) =>
  `if(${moment} <= ${since}, toUInt16(1), toUInt16(2 + floor(16 * log2(${moment} - ${since}))))`;

/** Of a unit, its marks of all and of each factor: when it met it first, when it did anything from then on, when its time ended. Of a measure the first counts. */
const MARKS = `arrayConcat(
        [('all', '', toUInt16(0), 'met'), ('all', '', ${slice("until", "since")}, 'left')],
        arrayMap(active -> ('all', '', active, 'active'), active_slices),
        arrayMap(pair -> (pair.1, pair.2, toUInt16(0), 'met'), segments),
        arrayFlatten(arrayMap(first -> if(first.2 IN ('slow', 'failure'),
            [(first.2, first.3, toUInt16(0), if(first.4, 'met', 'spared'))],
            arrayConcat([(first.2, first.3, ${slice("first.1", "since")}, 'met'), (first.2, first.3, ${slice("until", "since")}, 'left')],
              arrayMap(active -> (first.2, first.3, active, 'active'),
                arrayFilter(active -> active >= ${slice("first.1", "since")}, active_slices)))),
          arrayFilter((moment, occurrence) -> occurrence = 1, moments, arrayEnumerateUniq(moments.2, moments.3)))))`;
