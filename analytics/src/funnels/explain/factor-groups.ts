import { GROUPED_ERRORS, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { ExplainQuestion } from "./count-factors.ts";
import type { CountedFactor } from "./judge-factors.ts";

/** The error group that a factor is, and what people call it. */
export interface FactorGroup {
  fingerprint: string;
  title: string;
}

const groupRow = z.object({ kind: z.string(), key: z.string(), fingerprint: z.string(), title: z.string() });

/** The error groups of errors and of failed requests, by kind and key. */
export async function groupsOf(
  warehouse: Warehouse,
  { projectId, query }: ExplainQuestion,
  factors: readonly Pick<CountedFactor, "kind" | "key">[],
): Promise<Map<string, FactorGroup>> {
  const keysOf = (kind: string) => factors.filter((factor) => factor.kind === kind).map(({ key }) => key);
  const [fingerprints, requests] = [keysOf("error"), keysOf("request")];
  if (fingerprints.length + requests.length === 0) return new Map();
  const range = `project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')}`;
  const request = "substringUTF8(trim(BOTH ' ' FROM concat(toString(error_type), ' ', title)), 1, 200)";
  const sql = `
  SELECT 'error' AS kind, fingerprint AS key, fingerprint,
    argMax(if(error_code = '' OR position(title, error_code) > 0, title, concat(error_code, ': ', title)), (time, event_id)) AS title
  FROM ${GROUPED_ERRORS} WHERE ${range} AND fingerprint IN {fingerprints: Array(String)} GROUP BY fingerprint
  UNION ALL
  SELECT 'request' AS kind, ${request} AS key, argMax(fingerprint, (time, event_id)) AS fingerprint, key AS title
  FROM ${GROUPED_ERRORS} WHERE ${range} AND ${request} IN {requests: Array(String)} GROUP BY key`;
  const params = { project: projectId, from: new Date(query.from), fingerprints, requests };
  const rows = await warehouse.query({ name: "explain-groups", sql, params, row: groupRow });
  return new Map(rows.map(({ kind, key, ...group }) => [`${kind} ${key}`, group]));
}
