import { apple } from "./apple.ts";
import { dart } from "./dart.ts";
import { dotnet } from "./dotnet.ts";
import type { Exception, StackFormat } from "./frame.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import { python } from "./python.ts";

export interface Stack {
  /** The language whose runtime wrote it, "" when it is none that is known. */
  format: string;
  /** The outermost exception first, the root cause last. */
  exceptions: Exception[];
}

/** The more particular first: what they read alike is theirs. */
const FORMATS: readonly StackFormat[] = [java, dart, python, go, apple, dotnet, javascript];

/** Of a longer text its start and its end are read: some languages have the innermost call first, some last. */
const LENGTH_MAX = 64 * 1024;
const LINE_MAX = 1_000;
const LOOKED_AT = 20;

/** Reads a stack trace in whatever format it is. Never throws; a text that is none has no exceptions. */
export function parseStack(text: string): Stack {
  const lines = linesOf(text);
  const format = formatOf(lines);
  return { format: format?.name ?? "", exceptions: format?.parse(lines) ?? [] };
}

function linesOf(text: string): string[] {
  const bounded =
    text.length <= LENGTH_MAX ? text : `${text.slice(0, LENGTH_MAX / 2)}\n${text.slice(-LENGTH_MAX / 2)}`;
  return bounded.split(/\r?\n|\r/).map((line) => line.slice(0, LINE_MAX));
}

/** The format that reads most of the lines that any reads. */
function formatOf(lines: readonly string[]): StackFormat | undefined {
  const some =
    lines.length <= 2 * LOOKED_AT ? lines : [...lines.slice(0, LOOKED_AT), ...lines.slice(-LOOKED_AT)];
  let best: StackFormat | undefined;
  let most = 0;
  for (const format of FORMATS) {
    const read = some.filter((line) => format.isFrame(line)).length;
    if (read > most) [best, most] = [format, read];
  }
  return best;
}
