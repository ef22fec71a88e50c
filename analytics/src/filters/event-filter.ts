import { ATTR } from "@voxloop/contract";
import { z } from "zod";

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

const text = z.string().max(1024);
const number = z.number().finite();
const property = z.string().min(1).max(200);

/** One condition on a property; what negates another also holds where the property is not set. */
const condition = z.discriminatedUnion("operator", [
  z.object({
    property,
    operator: z.enum(["=", "!=", "contains", "not_contains", "regex"]),
    value: text,
  }),
  z.object({
    property,
    operator: z.enum(["in", "not_in"]),
    value: z
      .array(text)
      .min(1)
      .max(100)
      .refine((values) => new Set(values).size === values.length, { message: "must not repeat a value" }),
  }),
  z.object({ property, operator: z.enum([">", ">=", "<", "<="]), value: number }),
  z.object({
    property,
    operator: z.literal("between"),
    value: z
      .tuple([number, number])
      .refine(([low, high]) => low <= high, { message: "must begin with the lower bound" }),
  }),
  z.object({ property, operator: z.enum(["set", "unset"]) }),
]);
export type Condition = z.infer<typeof condition>;

/** A record asks for equality, a list for any operators, all of which must hold. */
export const eventWhere = z.union([z.record(property, text), z.array(condition).max(20)]);
export type EventWhere = z.infer<typeof eventWhere>;

/** Events by name and properties. */
export const eventFilter = z.object({
  event: z.string().min(1).max(200).optional(),
  where: eventWhere.optional(),
});
export type EventFilter = z.infer<typeof eventFilter>;

export interface EventMatch {
  /** A condition on a row of `events_v1`. */
  sql: string;
  params: Record<string, string>;
}

/** Whether an event is one the filter asks for, as SQL; `prefix` keeps its parameters apart from other filters'. */
export function matchEvent({ event, where = [] }: EventFilter, prefix: string): EventMatch {
  const params: Record<string, string> = {};
  const parts: string[] = [];
  if (event !== undefined) {
    params[`${prefix}_event`] = event;
    parts.push(`event_name = {${prefix}_event: String}`);
  }
  for (const [index, one] of toConditions(where).entries()) {
    const name = `${prefix}_${index}`;
    params[`${name}_key`] = one.property;
    for (const [at, value] of valuesOf(one).entries()) params[`${name}_v${at}`] = value;
    parts.push(matchCondition(one, name));
  }
  return { sql: parts.length === 0 ? "true" : parts.join(" AND "), params };
}

export function toConditions(where: EventWhere): Condition[] {
  if (Array.isArray(where)) return where;
  return Object.entries(where).map(([key, value]) => ({ property: key, operator: "=", value }));
}

function valuesOf(one: Condition): string[] {
  if (!("value" in one)) return [];
  return Array.isArray(one.value) ? one.value.map(String) : [String(one.value)];
}

/** A property of a row of `events_v1` as text, empty when it is not set; the caller binds its key as `name`. */
export function propertyText(key: string, name: string): string {
  const attribute = `attributes[{${name}: String}]`;
  if (key === "score" || key === ATTR.score) return "ifNull(toString(score), '')";
  if (COLUMNS.has(key)) return `toString(${key})`;
  const column = COLUMN_OF_ATTRIBUTE.get(key);
  if (column === undefined) return attribute;
  return `if(${column} != '', toString(${column}), ${attribute})`;
}

const NEGATED = new Map<string, string>([
  ["!=", "="],
  ["not_in", "in"],
  ["not_contains", "contains"],
  ["unset", "set"],
]);

function matchCondition(one: Condition, name: string): string {
  const positive = NEGATED.get(one.operator);
  const test = toTest(
    positive ?? one.operator,
    valuesOf(one).map((_, at) => `{${name}_v${at}: String}`),
  );
  const sql = matchProperty(one.property, `{${name}_key: String}`, test);
  return positive === undefined ? sql : `NOT ${sql}`;
}

const compare = (field: string, sign: string, value?: string): string =>
  `ifNull(toFloat64OrNull(toString(${field})) ${sign} toFloat64(${value}), false)`;

function toTest(operator: string, values: string[]): (field: string) => string {
  const [first, second] = values;
  if (operator === "set") return (field) => `${field} != ''`;
  if (operator === "=") return (field) => `${field} = ${first}`;
  if (operator === "in") return (field) => `${field} IN (${values.join(", ")})`;
  if (operator === "contains") return (field) => `position(toString(${field}), ${first}) > 0`;
  if (operator === "regex") return (field) => `match(toString(${field}), ${first})`;
  if (operator === "between")
    return (field) => `${compare(field, ">=", first)} AND ${compare(field, "<=", second)}`;
  return (field) => compare(field, operator, first);
}

function matchProperty(key: string, name: string, test: (field: string) => string): string {
  const attribute = `attributes[${name}]`;
  if (key === "score" || key === ATTR.score) return `(${test("ifNull(toString(score), '')")})`;
  if (COLUMNS.has(key)) return `(${test(key)})`;
  const column = COLUMN_OF_ATTRIBUTE.get(key);
  if (column === undefined) return `(${test(attribute)})`;
  // Of several attributes that feed one column the first wins, and the others stay attributes.
  return `((${test(column)}) OR (${attribute} != '' AND (${test(attribute)})))`;
}
