import { createHash } from "node:crypto";
import { compileRules, fingerprintOf, type NewEvent, parseStack, type Stack } from "@voxloop/warehouse";
import { BoundedMap } from "../bounded-map.ts";
import type { GroupingPolicy } from "../policy/open.ts";

type TextOf = Pick<
  NewEvent,
  | "error_code"
  | "flow"
  | "error_type"
  | "error_message"
  | "error_stack"
  | "page"
  | "service_version"
  | "environment"
>;

/** The group of an error event's row, and whether its project wants none of it. */
export type Group = (row: TextOf) => { fingerprint: string; isDiscarded: boolean };

/** Groups rows as their project has decided. */
export function createGrouper({ rules, discarded }: GroupingPolicy): Group {
  const unwanted = new Set(discarded);
  const findRule = rules.length === 0 ? undefined : compileRules(rules);
  return (row) => {
    const fingerprint = findRule?.(factsOf(row))?.fingerprint ?? fingerprintOfRow(row);
    return { fingerprint, isDiscarded: unwanted.has(fingerprint) };
  };
}

function factsOf(row: TextOf) {
  const { error_code: code = "", flow = "", error_type: type = "" } = row;
  const { error_message: message = "", error_stack: stack = "" } = row;
  const { page = "", service_version: release = "", environment = "" } = row;
  return { code, flow, type, message, stack, page, release, environment };
}

const groups = new BoundedMap<string>(4_000);
/** Stacks apart from the messages, which often hold an id. */
const stacks = new BoundedMap<Stack>(500);

/** The fingerprint of an error event's row. */
export function fingerprintOfRow(row: TextOf): string {
  const { code, flow, type, message, stack } = factsOf(row);
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
