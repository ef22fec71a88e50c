import { ATTR } from "@voxloop/contract";
import type { TextColumn } from "@voxloop/warehouse";

/** Which attributes fill a column: the first that is there; that one is left out of `attributes`. */
const SOURCES: readonly (readonly [column: TextColumn, ...names: string[]])[] = [
  ["user_id", ATTR.userId],
  ["installation_id", ATTR.installationId],
  ["session_id", ATTR.sessionId],
  ["service_name", ATTR.serviceName],
  ["service_version", ATTR.serviceVersion],
  // The second is the name that semantic conventions had before 1.27.
  ["environment", ATTR.environment, "deployment.environment"],
  ["channel", ATTR.channel],
  ["audience", ATTR.audience],
  ["os_name", ATTR.osName],
  ["region", ATTR.region],
  ["page", ATTR.screenName, ATTR.urlTemplate, ATTR.urlPath],
  ["flow", ATTR.flow],
  ["transaction_id", ATTR.transactionId],
  ["step", ATTR.step],
  ["outcome", ATTR.outcome],
  ["error_code", ATTR.errorCode],
  ["error_type", ATTR.errorType, ATTR.exceptionType],
  ["error_message", ATTR.exceptionMessage, ATTR.errorShown],
  ["error_stack", ATTR.exceptionStacktrace],
  ["survey_id", ATTR.surveyId],
  ["survey_kind", ATTR.surveyKind],
  ["comment", ATTR.comment],
];

/** The column of an attribute's name, and the names that go before it. */
export const COLUMN_OF: ReadonlyMap<string, { column: TextColumn; preferred: readonly string[] }> = new Map(
  SOURCES.flatMap(([column, ...names]) =>
    names.map((name, index) => [name, { column, preferred: names.slice(0, index) }] as const),
  ),
);

/** Attributes that join events to one another, so that their values must stay distinct and the same. */
export const IDENTITIES: ReadonlySet<string> = new Set([
  ATTR.userId,
  ATTR.previousId,
  ATTR.installationId,
  ATTR.sessionId,
  ATTR.transactionId,
]);

/** Attributes that are no text of the customer's and become part of the row in another way. */
export const OWN_MEANING: ReadonlySet<string> = new Set([ATTR.eventId, ATTR.sentAt, ATTR.score]);

/** Attributes that hardly any two events share, which are not worth remembering. */
export const UNIQUE: ReadonlySet<string> = new Set([ATTR.eventId, ATTR.transactionId, ATTR.comment]);
