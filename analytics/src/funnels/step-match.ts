import { ATTR } from "@voxloop/contract";
import type { FunnelStep } from "./funnel.ts";

/** Columns of `events_v1` that a `where` key may name, as they are or by their attribute; all else is in `attributes`. */
const COLUMNS = new Set([
  "event_id",
  "customer_id",
  "user_id",
  "installation_id",
  "session_id",
  "service_name",
  "service_version",
  "environment",
  "channel",
  "audience",
  "os_name",
  "region",
  "page",
  "flow",
  "transaction_id",
  "step",
  "outcome",
  "error_code",
  "error_type",
  "error_message",
  "error_stack",
  "survey_id",
  "survey_kind",
  "comment",
  "trace_id",
  "span_id",
]);

const COLUMN_OF_ATTRIBUTE = new Map<string, string>([
  [ATTR.eventId, "event_id"],
  [ATTR.userId, "user_id"],
  [ATTR.installationId, "installation_id"],
  [ATTR.sessionId, "session_id"],
  [ATTR.serviceName, "service_name"],
  [ATTR.serviceVersion, "service_version"],
  [ATTR.environment, "environment"],
  [ATTR.channel, "channel"],
  [ATTR.audience, "audience"],
  [ATTR.osName, "os_name"],
  [ATTR.region, "region"],
  [ATTR.screenName, "page"],
  [ATTR.urlTemplate, "page"],
  [ATTR.urlPath, "page"],
  [ATTR.flow, "flow"],
  [ATTR.transactionId, "transaction_id"],
  [ATTR.step, "step"],
  [ATTR.outcome, "outcome"],
  [ATTR.errorCode, "error_code"],
  [ATTR.errorType, "error_type"],
  [ATTR.exceptionType, "error_type"],
  [ATTR.exceptionMessage, "error_message"],
  [ATTR.errorShown, "error_message"],
  [ATTR.exceptionStacktrace, "error_stack"],
  [ATTR.surveyId, "survey_id"],
  [ATTR.surveyKind, "survey_kind"],
  [ATTR.comment, "comment"],
]);

export interface StepMatch {
  /** A condition on a row of `events_v1`. */
  sql: string;
  params: Record<string, string>;
}

/** Whether an event is one of a step, as SQL; `prefix` keeps its parameters apart from other steps'. */
export function matchStep({ event, where = {} }: FunnelStep, prefix: string): StepMatch {
  const params: Record<string, string> = { [`${prefix}_event`]: event };
  const conditions = [`event_name = {${prefix}_event: String}`];
  for (const [index, [key, value]] of Object.entries(where).entries()) {
    const name = `${prefix}_${index}`;
    params[`${name}_value`] = value;
    params[`${name}_key`] = key;
    conditions.push(matchProperty(key, name));
  }
  return { sql: conditions.join(" AND "), params };
}

function matchProperty(key: string, name: string): string {
  const value = `{${name}_value: String}`;
  const attribute = `attributes[{${name}_key: String}] = ${value}`;
  if (key === "score" || key === ATTR.score) return `ifNull(toString(score), '') = ${value}`;
  if (COLUMNS.has(key)) return `${key} = ${value}`;
  const column = COLUMN_OF_ATTRIBUTE.get(key);
  if (column === undefined) return attribute;
  // Of several attributes that feed one column the first wins, and the others stay attributes.
  return `(${column} = ${value} OR (${attribute} AND ${value} != ''))`;
}
