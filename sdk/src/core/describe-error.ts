import { ATTR } from "@voxloop/contract";
import type { Attributes } from "./event.ts";
import { toPlain } from "./clean.ts";

const CAUSES_MAX = 3;

/** What was thrown, as exception attributes; nothing for null and undefined. */
export function describeError(error: unknown): Attributes {
  if (error === null || error === undefined) return {};
  if (typeof error !== "object") {
    // oxlint-disable-next-line typescript/no-base-to-string -- a function or a primitive: its text is all there is
    return { [ATTR.exceptionType]: "Error", [ATTR.exceptionMessage]: String(error) };
  }
  const { name, message, stack } = error as Partial<Error>;
  return {
    [ATTR.exceptionType]: typeof name === "string" && name ? name : "Error",
    [ATTR.exceptionMessage]: typeof message === "string" ? message : String(toPlain(error)),
    [ATTR.exceptionStacktrace]: typeof stack === "string" ? stack + causesOf(error) : undefined,
  };
}

function causesOf(error: object): string {
  let text = "";
  let cause = (error as Error).cause;
  for (let depth = 0; depth < CAUSES_MAX && typeof cause === "object" && cause !== null; depth++) {
    const { stack, message, cause: next } = cause as Partial<Error>;
    text += `\nCaused by: ${stack ?? message}`;
    cause = next;
  }
  return text;
}
