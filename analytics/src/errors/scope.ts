import {
  judgedErrors as judged,
  judgedKeys as keys,
  linksOf,
  settledOf,
  settledParams,
  storedErrors as stored,
  type Links,
  type Warehouse,
} from "@voxloop/warehouse";
import { andInSegment, type SegmentFilter } from "../filters/segment-filter.ts";
import type { Range } from "../http/range.ts";
import { filterSql, type ErrorFilter } from "./filter.ts";

/** Which error events a question is about. */
export interface ErrorScope {
  projectId: string;
  range: Range;
  filter: ErrorFilter;
  /** A success of the same flow by the same customer within this time after an error makes up for it. */
  recoveryWindowSeconds: number;
  /** The groups asked about; all when absent. */
  fingerprints?: readonly string[];
  /** Only its customers count. */
  segment?: SegmentFilter | undefined;
}

const conditions = ({ filter, segment }: ErrorScope) => filterSql(filter).sql + andInSegment(segment);

/** The scope's error events with `blocked` and the keys to count by, to stand after FROM; `scopeParams` binds it. */
export function judgedErrors(scope: ErrorScope, links: Links): string {
  return `(SELECT * FROM ${judged(links)} WHERE true${conditions(scope)})`;
}

export interface JudgedKeys {
  sql: string;
  params: Record<string, unknown>;
}

/**
 * The scope's error events, each once, with `blocked` and the keys to count by and nothing else, to stand after FROM; read
 * where they are settled, which takes a fraction of judging them. `params` binds it all.
 */
export async function judgedKeys(warehouse: Warehouse, scope: ErrorScope): Promise<JudgedKeys> {
  const [links, settled] = await Promise.all([
    linksOf(warehouse, scope.projectId),
    settledOf(warehouse, scope),
  ]);
  return {
    sql: `(SELECT * FROM ${keys(links, settled)} WHERE true${conditions(scope)})`,
    params: { ...scopeParams(scope), ...settledParams(settled) },
  };
}

/** The scope's error events, each with its customer, likewise; in brackets, lest an alias outside be taken for a column. */
export function storedErrors(scope: ErrorScope, links: Links): string {
  return `(SELECT * FROM ${stored(links)} WHERE true${conditions(scope)})`;
}

export function scopeParams(scope: ErrorScope) {
  return {
    project: scope.projectId,
    since: scope.range.from,
    until: scope.range.to,
    recovery: scope.recoveryWindowSeconds,
    only: scope.fingerprints ?? [],
    ...filterSql(scope.filter).params,
    ...scope.segment?.params,
  };
}
