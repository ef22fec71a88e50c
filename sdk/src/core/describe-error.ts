import { ATTR } from "@voxloop/contract";
import type { Attributes } from "./event.ts";
import { toPlain } from "./clean.ts";

const CAUSES_MAX = 3;

/** What was thrown, as exception attributes; nothing for null and undefined. */
export function describeError(error: unknown): Attributes {
  if (error == null) return {};
  const { name, message, stack } = Object(error) as Partial<Error>;
  return {
    [ATTR.exceptionType]: typeof name === "string" && name ? name : "Error",
    [ATTR.exceptionMessage]: typeof message === "string" ? message : String(toPlain(error)),
    [ATTR.exceptionStacktrace]: typeof stack === "string" ? stack + causesOf(error, CAUSES_MAX) : undefined,
  };
}

function causesOf(error: unknown, depth: number): string {
  const cause = Object((error as Error).cause) as Partial<Error>;
  const text = cause.stack ?? cause.message;
  return depth && text ? `\nCaused by: ${text}${causesOf(cause, depth - 1)}` : "";
}
