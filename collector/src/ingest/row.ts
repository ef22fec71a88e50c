import { ATTR, EVENT, LIMITS, OUTCOMES, SCORE_RANGE, SURVEY_KINDS, type SurveyKind } from "@voxloop/contract";
import type { EventRow } from "@voxloop/warehouse";
import type { Redactor } from "../redact/redact.ts";
import { cut, textOf } from "./attribute-text.ts";
import { COLUMN_SOURCES, IDENTITY_SOURCES } from "./columns.ts";
import { RecordProblem, type Attributes, type LogRecord } from "./otlp/logs.ts";
import { clockCorrection, stampTime } from "./stamp.ts";

/** A row as it is spooled: columns that are not named are empty. */
export type StoredRow = Partial<EventRow> & Pick<EventRow, "project_id" | "event_name" | "time" | "event_id">;

export interface RowContext {
  project: string;
  receivedAt: Date;
  redactor: Redactor;
  onSecret: () => void;
  /** An id for a record without one; `hasTime` says that the record itself tells it from one sent later. */
  deriveId: (hasTime: boolean) => string;
}

/** Makes the row of one record, redacted and stamped. Throws a RecordProblem when the record cannot be an event. */
export function buildRow(record: LogRecord, resource: Attributes, context: RowContext): StoredRow {
  const attributes = mergeAttributes(record, resource);
  const eventName = takeEventName(record, attributes);
  checkMeaning(attributes);
  const row: StoredRow = {
    project_id: context.project,
    event_name: eventName,
    received_at: context.receivedAt.toISOString(),
    ...stamp(record, attributes, context),
  };
  takeIdentities(row, attributes, context);
  const texts = redactAttributes(attributes, context);
  takeColumns(row, texts);
  if (record.traceId !== "") row.trace_id = record.traceId;
  if (record.spanId !== "") row.span_id = record.spanId;
  const score = attributes.get(ATTR.score);
  if (score !== undefined) row.score = Number(score);
  row.attributes = Object.fromEntries(texts);
  return row;
}

function mergeAttributes(record: LogRecord, resource: Attributes): Attributes {
  const attributes: Attributes = new Map([...resource, ...record.attributes]);
  if (attributes.size > LIMITS.attributesPerRecord)
    throw new RecordProblem(`it has ${attributes.size} attributes, over ${LIMITS.attributesPerRecord}`);
  for (const [name, value] of attributes) {
    if (name.length > LIMITS.attributeKeyLength)
      throw new RecordProblem(`an attribute's name is longer than ${LIMITS.attributeKeyLength}`);
    if (value === null || value === "" || name === "") attributes.delete(name);
  }
  if (record.body !== null && record.body !== "" && !attributes.has(BODY)) attributes.set(BODY, record.body);
  if (record.severityText !== "") attributes.set(SEVERITY, record.severityText);
  return attributes;
}

/** Names under which we keep what OTLP has beside attributes. */
const BODY = "log.body";
const SEVERITY = "log.severity";

/** `event.name` was an attribute before LogRecord had the field (OTLP 1.5). */
function takeEventName(record: LogRecord, attributes: Attributes): string {
  const name = record.eventName !== "" ? record.eventName : takeText(attributes, "event.name");
  if (name === "" && attributes.has(ATTR.exceptionType)) return EVENT.exception;
  if (name === "") throw new RecordProblem("it has no eventName");
  if (name.length > LIMITS.eventNameLength)
    throw new RecordProblem(`its eventName is longer than ${LIMITS.eventNameLength}`);
  return name.toWellFormed();
}

function takeText(attributes: Attributes, name: string): string {
  const value = attributes.get(name);
  if (typeof value !== "string") return "";
  attributes.delete(name);
  return value;
}

/** Values that analyses count on are refused when they cannot be right: a wrong score would be worse than none. */
function checkMeaning(attributes: Attributes): void {
  checkOneOf(attributes, ATTR.outcome, OUTCOMES);
  checkOneOf(attributes, ATTR.surveyKind, SURVEY_KINDS);
  const score = attributes.get(ATTR.score);
  if (score === undefined) return;
  if ((typeof score !== "number" && typeof score !== "string") || !Number.isFinite(Number(score)))
    throw new RecordProblem(`${ATTR.score} is not a number`);
  const kind = attributes.get(ATTR.surveyKind) as SurveyKind | undefined;
  const range = kind && SCORE_RANGE[kind];
  if (range !== undefined && (Number(score) < range[0] || Number(score) > range[1]))
    throw new RecordProblem(`${ATTR.score} is outside ${range[0]} to ${range[1]} of ${kind}`);
}

function checkOneOf(attributes: Attributes, name: string, allowed: readonly string[]): void {
  const value = attributes.get(name);
  if (value !== undefined && !allowed.some((one) => one === value))
    throw new RecordProblem(`${name} is none of ${allowed.join(", ")}`);
}

function stamp(
  record: LogRecord,
  attributes: Attributes,
  context: RowContext,
): { time: string; event_id: string } {
  const receivedAt = context.receivedAt.getTime();
  const sentAt = attributes.get(ATTR.sentAt);
  const uid = attributes.get(ATTR.eventId);
  attributes.delete(ATTR.sentAt);
  attributes.delete(ATTR.eventId);
  const own = record.time ?? record.observedTime;
  const correction = clockCorrection(sentAt === undefined ? undefined : Number(sentAt), receivedAt);
  const id = uid === undefined ? context.deriveId(own !== undefined) : textOf(uid, context.onSecret);
  if (id.length > MAX_ID_LENGTH) throw new RecordProblem(`${ATTR.eventId} is longer than ${MAX_ID_LENGTH}`);
  return { time: new Date(stampTime({ time: own, correction, receivedAt })).toISOString(), event_id: id };
}

const MAX_ID_LENGTH = 128;

function takeIdentities(row: StoredRow, attributes: Attributes, context: RowContext): void {
  for (const [column, name] of IDENTITY_SOURCES) {
    const value = attributes.get(name);
    if (value === undefined) continue;
    attributes.delete(name);
    const text = textOf(value, context.onSecret);
    if (text.length > MAX_ID_LENGTH) throw new RecordProblem(`${name} is longer than ${MAX_ID_LENGTH}`);
    row[column] = context.redactor.identity(context.project, text);
  }
  const customer = row.user_id ?? row.installation_id ?? row.session_id;
  if (customer !== undefined) row.customer_id = customer;
}

function redactAttributes(attributes: Attributes, context: RowContext): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of attributes) {
    if (name === ATTR.score) continue;
    const limit = name === ATTR.exceptionStacktrace ? LIMITS.stacktraceLength : LIMITS.attributeValueLength;
    // Cut only after redaction, so that no half of a number stays unseen; the first cut bounds the work.
    const text = cut(textOf(value, context.onSecret), 2 * limit);
    texts.set(name.toWellFormed(), cut(context.redactor.attribute(name, text), limit));
  }
  return texts;
}

function takeColumns(row: StoredRow, texts: Map<string, string>): void {
  for (const [column, ...names] of COLUMN_SOURCES) {
    const name = names.find((name) => texts.has(name));
    if (name === undefined) continue;
    row[column] = texts.get(name) ?? "";
    texts.delete(name);
  }
}
