import { m } from "#paraglide/messages.js";
import { ApiError } from "./api.ts";

/** What went wrong, in words for a person. */
export function sayError(cause: unknown): string {
  if (!(cause instanceof ApiError)) return m.error_unexpected();
  if (cause.status === 0) return m.error_unreachable();
  if (cause.status >= 500) return m.error_server();
  if (cause.status === 404) return m.error_not_found();
  return isOfSegment(cause) ? m.segment_gone_text() : cause.message;
}

/** Whether a report was refused for the segment in the address, which may have been deleted since. */
function isOfSegment({ status, problem }: ApiError): boolean {
  const errors: unknown = problem["errors"];
  return status === 400 && Array.isArray(errors) && errors.some((one) => Object(one).field === "segment");
}
