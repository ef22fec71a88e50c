import { fingerprintOf, type NewEvent, parseStack, type Stack } from "@voxloop/warehouse";
import { BoundedMap } from "../bounded-map.ts";

type TextOf = Pick<NewEvent, "error_code" | "flow" | "error_type" | "error_message" | "error_stack">;

/** Longer ones are read again each time, so that what is remembered stays within some megabytes a worker. */
const LENGTH_MAX = 8_192;
const groups = new BoundedMap<string>(2_000);
/** Stacks apart from the messages, which often hold an id. */
const stacks = new BoundedMap<Stack>(400);

/** The fingerprint of an error event's row. */
export function fingerprintOfRow(row: TextOf): string {
  const { error_code: code = "", flow = "", error_type: type = "" } = row;
  const { error_message: message = "", error_stack: stack = "" } = row;
  const facts = code === "" ? [flow, type, message, stack] : [flow, code];
  // With the lengths, so that no two lists are one text.
  const key = `${facts.map((fact) => fact.length).join()}:${facts.join("")}`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  const { fingerprint } = fingerprintOf({ code, flow, type, message, stack }, { readStack: readKnown });
  if (key.length <= LENGTH_MAX) groups.set(key, fingerprint);
  return fingerprint;
}

function readKnown(stack: string): Stack {
  const known = stacks.get(stack);
  if (known !== undefined) return known;
  const read = parseStack(stack);
  if (stack.length <= LENGTH_MAX) stacks.set(stack, read);
  return read;
}
