import { parseStack, type Frame } from "@voxloop/warehouse";
import type { Call } from "./r8.ts";

/** A call as the runtime wrote it, beside what grouping reads from it. */
interface BuiltCall {
  frame: Frame;
  /** The file's address as it is in the stack, "" when it has none. */
  address: string;
  /** Of Java alone. */
  java: Call | undefined;
}

export interface BuiltStack {
  format: string;
  calls: BuiltCall[];
}

const CALLS_MAX = 100;
const LINE_MAX = 1_000;
const ADDRESS = /([^\s()@]+):\d{1,9}:\d{1,9}\)?\s*$/;
const JAVA =
  /^\s*at (?:[^\s/()]{0,200}\/{1,2}){0,2}([\w.$-]{1,500})\.([\w$<>-]{1,300})\(([^:()]{0,300})(?::(\d{1,9}))?\)/;

/** The calls of a stack of JavaScript or Java, in its order; what is in another format has none. */
export function readCalls(stack: string): BuiltStack {
  const { format } = parseStack(stack);
  if (format !== "javascript" && format !== "java") return { format, calls: [] };
  const calls: BuiltCall[] = [];
  for (const line of stack.slice(0, CALLS_MAX * LINE_MAX).split(/\r?\n/)) {
    const short = line.slice(0, LINE_MAX);
    const read = parseStack(short);
    const frame = read.exceptions[0]?.frames[0];
    if (frame === undefined || read.format !== format) continue;
    const [, address = ""] = ADDRESS.exec(short) ?? [];
    calls.push({ frame, address, java: format === "java" ? javaCall(short) : undefined });
    if (calls.length === CALLS_MAX) break;
  }
  return { format, calls };
}

function javaCall(line: string): Call | undefined {
  const [, owner, method, file = "", number] = JAVA.exec(line) ?? [];
  if (owner === undefined || method === undefined) return undefined;
  return { owner, method, file, line: number === undefined ? null : Number(number) };
}

/** The path of an address, without server, query and fragment. */
export function pathOf(address: string): string {
  return address
    .replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, "")
    .replace(/[?#].*$/, "")
    .replaceAll("\\", "/");
}
