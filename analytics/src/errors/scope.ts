import type { Range } from "../http/range.ts";
import { filterSql, type ErrorFilter } from "./filter.ts";

/** Which error events a question is about. */
export interface ErrorScope {
  projectId: string;
  range: Range;
  filter: ErrorFilter;
  /** A success of the same flow by the same customer within this time after an error makes up for it. */
  recoveryWindowSeconds: number;
}

/** The scope's error events with `blocked` and `attempt`, to stand after FROM; `scopeParams` binds it. */
export function scopedErrors(scope: ErrorScope): string {
  return `judged_errors_v1(project = {project: String}, since = {since: DateTime64(3, 'UTC')},
    until = {until: DateTime64(3, 'UTC')}, recovery = {recovery: UInt32}) WHERE true${filterSql(scope.filter).sql}`;
}

export function scopeParams({ projectId, range, filter, recoveryWindowSeconds }: ErrorScope) {
  return {
    project: projectId,
    since: range.from,
    until: range.to,
    recovery: recoveryWindowSeconds,
    ...filterSql(filter).params,
  };
}
