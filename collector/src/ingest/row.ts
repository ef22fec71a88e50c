import { ATTR, EVENT, LIMITS, OUTCOMES, SCORE_RANGE, SURVEY_KINDS, type SurveyKind } from "@voxloop/contract";
import { emptyEvent, type NewEvent } from "@voxloop/warehouse";
import { type TextContext, type Texts, textsOf } from "./attribute-text.ts";
import { isBot } from "./bots.ts";
import { COLUMN_OF, OWN_MEANING } from "./columns.ts";
import type { Group } from "./fingerprint.ts";
import { Discarded, RecordProblem, type LogRecord, WithoutConsent } from "./record.ts";
import { clockCorrection, stampTime } from "./stamp.ts";
import { addUserAgent } from "./user-agent.ts";

export interface RowContext extends TextContext {
  receivedAt: Date;
  /** Of the page that sent the request, "" when none did. */
  userAgent: string;
  /** Told of an event of a bot. */
  onBot: () => void;
  group: Group;
  /** An id for a record without one; `hasTime` says that the record itself tells it from one sent later. */
  deriveId: (hasTime: boolean) => string;
}

/** Makes the row of one record, redacted and stamped. Throws a RecordProblem when the record cannot be an event. */
export function buildRow(record: LogRecord, resource: Texts, context: RowContext): NewEvent {
  const texts = textsOf(record.attributes, context, resource);
  if (texts.size > LIMITS.attributesPerRecord)
    throw new RecordProblem(`it has ${texts.size} attributes, over ${LIMITS.attributesPerRecord}`);
  if (DENIALS.has(texts.get(ATTR.consent) ?? "")) throw new WithoutConsent("the customer did not consent");
  checkMeaning(texts);
  const userAgent = texts.get(ATTR.userAgent) ?? context.userAgent;
  addUserAgent(texts, userAgent);
  if (isBot(userAgent)) {
    texts.set(ATTR.bot, "true");
    context.onBot();
  } else texts.delete(ATTR.bot);
  const row = emptyEvent();
  const { time, eventId } = stamp(record, texts, context);
  row.project_id = context.project;
  row.event_name = takeEventName(record, texts);
  row.received_at = context.receivedAt.getTime();
  row.time = time;
  row.event_id = eventId;
  row.attributes = new Map(textsBesideAttributes(record, context));
  place(row, row.attributes, texts);
  if (row.error_code !== "" || row.error_type !== "") placeInGroup(row, context.group);
  row.customer_id = row.user_id || row.installation_id || row.session_id;
  if (record.traceId !== "") row.trace_id = record.traceId;
  if (record.spanId !== "") row.span_id = record.spanId;
  return row;
}

/** A transaction that failed did fail, whatever is known of its error: without it, success would look better than it is. */
function placeInGroup(row: ReturnType<typeof emptyEvent>, group: Group): void {
  const found = group(row);
  if (!found.isDiscarded) row.error_fingerprint = found.fingerprint;
  else if (row.event_name !== EVENT.transaction) throw new Discarded("the project discards this error");
  else Object.assign(row, NO_ERROR);
}

const NO_ERROR = { error_code: "", error_type: "", error_message: "", error_stack: "" };

const DENIALS: ReadonlySet<string> = new Set(["denied", "false"]);

/** What OTLP has beside attributes, under names of ours. */
function textsBesideAttributes(record: LogRecord, context: RowContext): Texts {
  if (record.body === null && record.severityText === "") return NO_TEXTS;
  const attributes = new Map([
    ["log.body", record.body],
    ["log.severity", record.severityText],
  ]);
  return textsOf(attributes, context);
}

const NO_TEXTS: Texts = new Map();

function place(row: NewEvent, attributes: Map<string, string>, texts: Texts): void {
  for (const [name, text] of texts) {
    const target = COLUMN_OF.get(name);
    if (target !== undefined && !target.preferred.some((preferred) => texts.has(preferred)))
      row[target.column] = text;
    else if (!OWN_MEANING.has(name)) attributes.set(name, text);
  }
  const score = texts.get(ATTR.score);
  if (score !== undefined) row.score = Number(score);
}

/** `event.name` was an attribute before LogRecord had the field (OTLP 1.5). */
function takeEventName(record: LogRecord, texts: Map<string, string>): string {
  const name = record.eventName !== "" ? record.eventName.toWellFormed() : (texts.get(OLD_EVENT_NAME) ?? "");
  if (record.eventName === "") texts.delete(OLD_EVENT_NAME);
  if (name === "" && texts.has(ATTR.exceptionType)) return EVENT.exception;
  if (name === "") throw new RecordProblem("it has no eventName");
  if (name.length > LIMITS.eventNameLength)
    throw new RecordProblem(`its eventName is longer than ${LIMITS.eventNameLength}`);
  return name;
}

const OLD_EVENT_NAME = "event.name";

/** Values that analyses count on are refused when they cannot be right: a wrong score would be worse than none. */
function checkMeaning(texts: Texts): void {
  checkOneOf(texts, ATTR.outcome, OUTCOMES);
  checkOneOf(texts, ATTR.surveyKind, SURVEY_KINDS);
  const score = texts.get(ATTR.score);
  if (score === undefined) return;
  if (score.trim() === "" || !Number.isFinite(Number(score)))
    throw new RecordProblem(`${ATTR.score} is not a number`);
  const kind = texts.get(ATTR.surveyKind) as SurveyKind | undefined;
  const range = kind && SCORE_RANGE[kind];
  if (range !== undefined && (Number(score) < range[0] || Number(score) > range[1]))
    throw new RecordProblem(`${ATTR.score} is outside ${range[0]} to ${range[1]} of ${kind}`);
}

function checkOneOf(texts: Texts, name: string, allowed: readonly string[]): void {
  const text = texts.get(name);
  if (text !== undefined && !allowed.includes(text))
    throw new RecordProblem(`${name} is none of ${allowed.join(", ")}`);
}

function stamp(record: LogRecord, texts: Texts, context: RowContext): { time: number; eventId: string } {
  const receivedAt = context.receivedAt.getTime();
  const own = record.time ?? record.observedTime;
  const sentAt = texts.get(ATTR.sentAt);
  const correction = clockCorrection(sentAt === undefined ? undefined : Number(sentAt), receivedAt);
  return {
    time: Math.trunc(stampTime({ time: own, correction, receivedAt })),
    eventId: texts.get(ATTR.eventId) ?? context.deriveId(own !== undefined),
  };
}
