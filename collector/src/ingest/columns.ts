import { ATTR } from "@voxloop/contract";
import type { EventRow } from "@voxloop/warehouse";

type TextColumn = Exclude<keyof EventRow, "score" | "attributes">;

/** Which attributes fill a column: the first that is there; that one is left out of `attributes`. */
export const COLUMN_SOURCES: readonly (readonly [column: TextColumn, ...names: string[]])[] = [
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

/** Columns that join events to one another, so that their values must stay distinct and the same. */
export const IDENTITY_SOURCES: readonly (readonly [column: TextColumn, name: string])[] = [
  ["user_id", ATTR.userId],
  ["installation_id", ATTR.installationId],
  ["session_id", ATTR.sessionId],
  ["transaction_id", ATTR.transactionId],
];
