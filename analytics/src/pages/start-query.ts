import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { startOf, type Link } from "./page-map.ts";
import { scopeParams, trailsSql, type PagesScope } from "./visits.ts";

/** Fewer steps from one page to another are chance: a deep link, a message. */
export const FEWEST_STEPS = 5;

/** Pages by their key. */
export type Names = Map<string, string>;

/** Enough to tell where sessions begin, in hours enough that most of them begin there. */
const START_VIEWS = 100_000;
const START_MS = 6 * 3_600_000;

/** Where most sessions begin, and from where taps are counted; null when there is none. */
export async function findStart(
  warehouse: Warehouse,
  scope: PagesScope,
  { views, names }: { views: number; names: Names },
): Promise<string | null> {
  const { from, to } = scope.range;
  const lastMs = Math.max(START_MS, ((to.getTime() - from.getTime()) * START_VIEWS) / Math.max(views, 1));
  const last = { from: new Date(Math.max(from.getTime(), to.getTime() - lastMs)), to };
  const inLast = startOf(await queryFirstLinks(warehouse, { ...scope, range: last }, names));
  return inLast ?? startOf(await queryFirstLinks(warehouse, scope, names));
}

const linkRow = z.object({ source: z.string(), target: z.string(), steps: z.number() });

/** Steps from one page to the next without a search between them; from "" where sessions began. */
async function queryFirstLinks(warehouse: Warehouse, scope: PagesScope, names: Names): Promise<Link[]> {
  const sql = `
  SELECT toString(step.1) AS source, toString(step.2) AS target, toUInt32(count()) AS steps
  FROM (
    SELECT arrayJoin(arrayMap((visit, before) -> (before, visit.2, visit.3), trail, arrayPopBack(arrayPushFront(trail.2, toUInt64(0))))) AS step
    FROM ${trailsSql(scope)}
  )
  WHERE step.1 = 0 OR NOT step.3
  GROUP BY step.1, step.2 HAVING step.1 = 0 OR steps >= ${FEWEST_STEPS}`;
  const rows = await warehouse.query({
    name: "page-first-links",
    sql,
    params: scopeParams(scope),
    row: linkRow,
  });
  const nameOf = (key: string) => names.get(key) ?? "";
  return rows.map(({ source, target, steps }) => ({ source: nameOf(source), target: nameOf(target), steps }));
}
