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
}

/** The scope's error events as `judged_errors_v1` tells them, to stand after FROM; `scopeParams` binds it. */
export function judgedErrors(scope: ErrorScope): string {
  return `(SELECT * FROM judged_errors_v1(project = {project: String}, since = {since: DateTime64(3, 'UTC')},
    until = {until: DateTime64(3, 'UTC')}, only = {only: Array(String)}, recovery = {recovery: UInt32})
  WHERE true${filterSql(scope.filter).sql})`;
}

/** The scope's error events as they were stored, likewise; in brackets, lest an alias outside be taken for a column. */
export function storedErrors(scope: ErrorScope): string {
  return `(SELECT * FROM error_events_v1
  WHERE project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}
    AND (empty({only: Array(String)}) OR has({only: Array(String)}, fingerprint))${filterSql(scope.filter).sql})`;
}

export function scopeParams(scope: ErrorScope) {
  return {
    project: scope.projectId,
    since: scope.range.from,
    until: scope.range.to,
    recovery: scope.recoveryWindowSeconds,
    only: scope.fingerprints ?? [],
    ...filterSql(scope.filter).params,
  };
}
