import { fingerprintOf, type NewEvent, parseStack, type Stack } from "@voxloop/warehouse";
import { BoundedMap } from "../bounded-map.ts";

type TextOf = Pick<NewEvent, "error_code" | "flow" | "error_type" | "error_message" | "error_stack">;

/** Longer ones are read again each time, so that what is remembered stays within some megabytes a worker. */
const STACK_LENGTH_MAX = 8_192;
const stacks = new BoundedMap<Stack>(400);
const codes = new BoundedMap<string>(4_000);

/** The fingerprint of an error event's row. */
export function fingerprintOfRow(row: TextOf): string {
  const { error_code: code = "", flow = "", error_type: type = "" } = row;
  const { error_message: message = "", error_stack: stack = "" } = row;
  if (code === "")
    return fingerprintOf({ code, flow, type, message, stack }, { readStack: readKnown }).fingerprint;
  const key = JSON.stringify([flow, code]);
  const known = codes.get(key);
  if (known !== undefined) return known;
  const { fingerprint } = fingerprintOf({ code, flow, type, message, stack });
  codes.set(key, fingerprint);
  return fingerprint;
}

function readKnown(stack: string): Stack {
  const known = stacks.get(stack);
  if (known !== undefined) return known;
  const read = parseStack(stack);
  if (stack.length <= STACK_LENGTH_MAX) stacks.set(stack, read);
  return read;
}
