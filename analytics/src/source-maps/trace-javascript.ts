import { isIgnored, originalPositionFor, sourceContentFor, type TraceMap } from "@jridgewell/trace-mapping";
import { parseStack, type Frame } from "@voxloop/warehouse";
import type { SourceFrame } from "./source-map.ts";

const AROUND = 5;
const LINE_MAX = 300;

export interface Traced {
  frame: SourceFrame;
  /** The name at the call's place: of what it calls, which is the next call inwards. */
  calls: string | null;
}

/** The source of a call of built JavaScript; undefined where its map leads nowhere. */
export function traceJavascript(map: TraceMap, call: Frame): Traced | undefined {
  if (call.line === null || call.line < 1) return undefined;
  const place = originalPositionFor(map, { line: call.line, column: Math.max(0, (call.column ?? 1) - 1) });
  if (place.source === null) return undefined;
  const { source, line, column, name } = place;
  return {
    calls: name,
    frame: {
      function: call.function,
      file: source,
      line,
      column: column + 1,
      inApp: !isIgnored(map, source) && isInApp(source),
      mapped: true,
      context: contextOf(sourceContentFor(map, source), line),
    },
  };
}

/** By the rules of grouping, which also know libraries by their paths. */
function isInApp(source: string): boolean {
  return parseStack(`    at f (/${source}:1:1)`).exceptions[0]?.frames[0]?.isInApp ?? true;
}

function contextOf(source: string | null, line: number): SourceFrame["context"] {
  if (source === null) return null;
  const lines = source.split(/\r?\n/);
  const first = Math.max(0, line - 1 - AROUND);
  const shown = lines.slice(first, line + AROUND).map((text) => text.slice(0, LINE_MAX));
  return line > lines.length ? null : { firstLine: first + 1, lines: shown };
}
