import { activityOf, activityOfEvents, linksOf, ofKeys, type Warehouse } from "@voxloop/warehouse";
import type { Range } from "../http/range.ts";

export interface ReleaseScope {
  projectId: string;
  range: Range;
  /** "" means any. */
  environment: string;
}

export interface ReleaseActivity {
  /** To stand after FROM: `customer_key`, `session_key` (0: none), `has_error`, `version`, `time`. */
  sql: string;
  params: Record<string, unknown>;
}

/**
 * Who was active in which session on which release: whole hours by their aggregate, whose `time` is the hour's beginning, and
 * what is left at both ends by its events. With `byEvents` all by events, whose time is exact. Rows repeat.
 */
export async function activityByRelease(
  warehouse: Warehouse,
  { projectId, range, environment }: ReleaseScope,
  byEvents = false,
): Promise<ReleaseActivity> {
  const find = byEvents ? activityOfEvents : activityOf;
  const active = find(range, { filter: IN_ENVIRONMENT, columns: ["has_error", "service_version"] });
  const links = await linksOf(warehouse, projectId);
  const rows = `SELECT *, service_version AS version FROM (${active.sql}) WHERE own_key != 0`;
  return {
    sql: ofKeys(rows, links, "is_anonymous"),
    params: { project: projectId, environment, ...active.params },
  };
}

const IN_ENVIRONMENT = " AND ({environment: String} = '' OR environment = {environment: String})";
