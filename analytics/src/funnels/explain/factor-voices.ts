import { linksOf, ofUnits, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { chainSql } from "../chain-sql.ts";
import { windowEnd } from "../window-end.ts";
import { explainParams, reachedSql, type ExplainQuestion } from "./count-factors.ts";
import type { DropFactor } from "./explanation.ts";
import { metEvents } from "./factor-events.ts";
import type { JudgedFactor } from "./judge-factors.ts";

const HOURS = 24;

const voicesRow = z.object({
  kind: z.string(),
  key: z.string(),
  count: z.number(),
  withWords: z.number(),
  negative: z.number(),
});

/** What units that met each factor on the way said in the 24 h after; a factor that nobody spoke after is absent. */
export async function voicesAfter(
  warehouse: Warehouse,
  question: ExplainQuestion,
  factors: readonly JudgedFactor[],
): Promise<Map<string, NonNullable<DropFactor["voices"]>>> {
  if (factors.length === 0) return new Map();
  const { query, projectId, segment } = question;
  const links = await linksOf(warehouse, projectId);
  const chain = chainSql(query, links, { segment });
  const sql = `
  SELECT kind, key, uniqExact(voice_id) AS count, uniqExactIf(voice_id, comment != '') AS withWords,
    uniqExactIf(voice_id, comment != '' AND sentiment_label = 'negative') AS negative
  FROM (
    SELECT kind, key, events.unit AS unit, min(at) AS first
    FROM ${metEvents(query, links)} AS events
    INNER JOIN (${reachedSql(chain.sql)}) AS reached ON reached.unit = events.unit
    WHERE is_met AND at >= reached.since AND at < reached.until
      AND has(arrayZip({kinds: Array(String)}, {keys: Array(String)}), (kind, key))
    GROUP BY kind, key, unit
  ) AS met
  INNER JOIN ${ofUnits(VOICES, query.unit, links)} AS voices ON voices.unit = met.unit
  WHERE voices.said_at >= first AND voices.said_at <= first + ${HOURS} * 3600000
  GROUP BY kind, key`;
  const params = {
    ...chain.params,
    ...explainParams(question),
    kinds: factors.map(({ kind }) => kind),
    keys: factors.map(({ key }) => key),
  };
  const { remembered } = windowEnd(query, question);
  const rows = await warehouse.query({ name: "explain-voices", sql, params, row: voicesRow, remembered });
  return new Map(
    rows.map(({ kind, key, count, withWords, negative }) => {
      const negativeShare = withWords === 0 ? null : negative / withWords;
      return [`${kind} ${key}`, { count, withWords, negativeShare }];
    }),
  );
}

const VOICES = `
    SELECT customer_id, true AS is_anonymous, session_id, voice_id, comment, sentiment_label, toUnixTimestamp64Milli(time) AS said_at
    FROM voices_v1 FINAL
    WHERE project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')}
      AND toUnixTimestamp64Milli(time) <= toUnixTimestamp64Milli({to: DateTime64(3, 'UTC')}) + {window: Int64} + ${HOURS} * 3600000`;
