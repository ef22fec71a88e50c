import { createHash } from "node:crypto";
import { readEngineMessage } from "./engine-message.ts";
import { librariesOf, type NamedException, nameExceptions } from "./identity.ts";
import { UNSEEN } from "./masks.ts";
import { normaliseMessage } from "./message.ts";
import { parseStack, type Stack } from "./parse-stack.ts";
import { isGeneric, simpleType } from "./types.ts";

/** The parts of an error event that say what it is; absent text is "". */
export interface ErrorFacts {
  code: string;
  flow: string;
  type: string;
  message: string;
  stack: string;
}

/** What one event is grouped by, in words for people. */
export interface Grouping {
  fingerprint: string;
  /** A project's own rule, or the strongest of the facts that the event had. */
  by: "rule" | "code" | "stack" | "message" | "type";
  /** What was hashed: equal parts are one group. */
  parts: string[];
}

export interface Readers {
  /** `parseStack`, or one that remembers. */
  readStack?: (stack: string) => Stack;
}

/** A later algorithm never collides with an earlier one's groups. */
const VERSION = "2";

/**
 * The group of an error event: of its code within its flow; else of its own frames, its types and what its message adds to
 * them; else of its type and message. The same facts are always the same group, and nothing else is looked at.
 */
export function fingerprintOf(facts: ErrorFacts, { readStack = parseStack }: Readers = {}): Grouping {
  const code = cleanCode(facts.code);
  if (code !== "") return groupingOf("code", [`flow ${facts.flow}`, `code ${code}`]);
  const { format, exceptions } = facts.stack === "" ? NO_STACK : readStack(bareStack(facts));
  const named = nameExceptions(format, exceptions);
  const isClear = named.some(({ frames }) => frames.some((frame) => frame.isClear));
  const { type, said } = wordsOf(facts, isClear);
  const words = [`type ${type}`, ...(said === "" ? [] : [`message ${said}`])];
  if (named.some(({ frames }) => frames.length > 0))
    return groupingOf("stack", [...words, ...partsOf(named, { isClear, isLoop: isLoop(type, said) })]);
  const around = partsAround({ format, exceptions }, facts.stack);
  if (words.length > 1 || around.length > 0) return groupingOf("message", [...words, ...around]);
  return groupingOf("type", [`flow ${facts.flow}`, `type ${facts.type}`]);
}

/** A search takes up to its length times the text's. */
const SOUGHT_LENGTH = 200;

/** Without the event's own message, which is looked at by itself: so stacks are the same that differ by an id in it. */
function bareStack({ stack, message }: Pick<ErrorFacts, "stack" | "message">): string {
  const at = message === "" ? -1 : stack.indexOf(`: ${message.slice(0, SOUGHT_LENGTH)}`);
  return at >= 0 && stack.startsWith(message, at + 2)
    ? stack.slice(0, at) + stack.slice(at + 2 + message.length)
    : stack;
}

/** The type, and what the message adds to it: nothing where the type and the frames say it all, since messages are translated. */
function wordsOf({ type, message }: Pick<ErrorFacts, "type" | "message">, isClear: boolean) {
  const engine = readEngineMessage(message);
  const name = engine?.type ?? typeName(type);
  if (engine !== undefined && (isClear || !engine.isVague)) return { type: name, said: engine.detail };
  return { type: name, said: isClear && !isGeneric(name) ? "" : normaliseMessage(message) };
}

/** Whether the stack is a circle of calls that was cut anywhere. */
function isLoop(type: string, said: string): boolean {
  return said === "recursion" || /StackOverflow|RecursionError/.test(type);
}

const NO_STACK: Stack = { format: "", exceptions: [] };

/** A group by what makes it; equal parts are one group, and no others are. */
export function groupingOf(by: Grouping["by"], parts: string[]): Grouping {
  const hashed = [VERSION, by, ...parts].map((part) => part.replaceAll(/[\\|]/g, "\\$&")).join("|");
  return { fingerprint: createHash("sha256").update(hashed).digest("hex").slice(0, 32), by, parts };
}

/** A code as people compare it: without what they do not see, spaces as one. */
function cleanCode(code: string): string {
  return code.normalize("NFKC").replaceAll(UNSEEN, "").replaceAll(/\s+/g, " ").trim();
}

/** A type without what a compiler numbers; one that a minifier named is no name. */
function typeName(type: string): string {
  const name = type.replaceAll(/\$\d+|`\d+/g, "").slice(0, 200);
  return simpleType(name).length <= 2 ? "" : name;
}

function partsOf(named: readonly NamedException[], of: { isClear: boolean; isLoop: boolean }): string[] {
  return named.flatMap(({ type, message, frames }, index) => {
    const texts = frames.map(({ clear, raw }) => (of.isClear ? clear : raw));
    const ordered = of.isLoop ? texts.toSorted() : texts;
    const { said } = wordsOf({ type, message }, of.isClear);
    const cause = index === 0 ? [] : [`cause ${type}${said === "" ? "" : `: ${said}`}`];
    return [...cause, ...ordered.map((text) => `in ${text}`)];
  });
}

const UNKNOWN_LINES = 5;
const CAUSES_MAX = 3;

/** Where nothing of the stack is the app's: the calls of libraries, or the lines of a format that is not known. */
function partsAround({ format, exceptions }: Stack, stack: string): string[] {
  if (exceptions.length > 0) {
    const causes = exceptions.slice(1, 1 + CAUSES_MAX);
    const said = causes.map(({ type, message }) => `cause ${type}: ${normaliseMessage(message)}`);
    return [...said, ...librariesOf(format, exceptions.at(-1)?.frames ?? []).map((text) => `in ${text}`)];
  }
  const lines = stack
    .slice(0, 2_000)
    .split("\n", UNKNOWN_LINES + 1)
    .slice(1);
  return lines
    .map((line) => normaliseMessage(line))
    .filter((line) => line !== "")
    .map((line) => `in ${line}`);
}
