import { createHash } from "node:crypto";
import { fingerprintOf, type NewEvent, parseStack, type Stack } from "@voxloop/warehouse";
import { BoundedMap } from "../bounded-map.ts";

type TextOf = Pick<NewEvent, "error_code" | "flow" | "error_type" | "error_message" | "error_stack">;

const groups = new BoundedMap<string>(4_000);
/** Stacks apart from the messages, which often hold an id. */
const stacks = new BoundedMap<Stack>(500);

/** The fingerprint of an error event's row. */
export function fingerprintOfRow(row: TextOf): string {
  const { error_code: code = "", flow = "", error_type: type = "" } = row;
  const { error_message: message = "", error_stack: stack = "" } = row;
  const facts = code === "" ? [flow, type, message, stack] : [flow, code];
  // With the lengths, so that no two lists are one text.
  const key = shortKey(`${facts.map((fact) => fact.length).join()}:${facts.join("")}`);
  const known = groups.get(key);
  if (known !== undefined) return known;
  const { fingerprint } = fingerprintOf({ code, flow, type, message, stack }, { readStack: readKnown });
  groups.set(key, fingerprint);
  return fingerprint;
}

function readKnown(stack: string): Stack {
  const key = shortKey(stack);
  const known = stacks.get(key);
  if (known !== undefined) return known;
  const read = parseStack(stack);
  stacks.set(key, read);
  return read;
}

const KEY_LENGTH_MAX = 256;

/** Stacks are kilobytes, and their hash tells them apart as well: SHA-1, since it is the quickest, and nobody gains from a collision. */
function shortKey(text: string): string {
  return text.length <= KEY_LENGTH_MAX ? text : createHash("sha1").update(text).digest("base64");
}
