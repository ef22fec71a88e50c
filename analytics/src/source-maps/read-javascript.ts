import {
  decodedMappings,
  encodedMap,
  FlattenMap,
  type SectionedSourceMapInput,
  type TraceMap,
} from "@jridgewell/trace-mapping";
import { z } from "zod";
import { boundJson } from "./bound-json.ts";
import { MAPPINGS_MAX, SECTIONS_MAX, SOURCES_MAX } from "./limits.ts";
import { refuse } from "./refuse.ts";
import { cleanSource } from "./source-path.ts";

const index = z.number().int().min(0);

const plainMap = z.object({
  version: z.literal(3),
  sourceRoot: z.string().nullish(),
  sources: z.array(z.string().nullable()).max(SOURCES_MAX),
  sourcesContent: z.array(z.string().nullable()).nullish(),
  names: z.array(z.string()).default([]),
  mappings: z
    .string()
    .max(MAPPINGS_MAX)
    .regex(/^[A-Za-z\d+/,;]*$/, "is not in Base64 VLQ"),
  ignoreList: z.array(index).optional(),
});

/** A map of maps. Its parts must be plain, and be in it: a part of a part, or one by address, is refused. */
const indexedMap = z.object({
  version: z.literal(3),
  sections: z
    .array(z.object({ offset: z.object({ line: index, column: index }), map: plainMap }))
    .min(1)
    .max(SECTIONS_MAX),
});

const named = z.object({ debugId: z.string().optional(), debug_id: z.string().optional() });

export interface JavascriptMap {
  /** Only what is needed of it, its parts joined and its sources' paths cleaned. */
  text: string;
  debugId: string | undefined;
}

/** Reads an uploaded source map (ECMA-426); one that is none is a Problem (400) that says why. */
export function readJavascriptMap(text: string): JavascriptMap {
  const value = parseJson(text);
  const map = toTraceMap(value);
  assertInRange(map);
  const { sourcesContent, names, mappings, ignoreList } = encodedMap(map);
  const kept = {
    version: 3,
    sources: map.resolvedSources.map(cleanSource),
    sourcesContent: sourcesContent?.slice(0, map.sources.length),
    names,
    mappings,
    ignoreList,
  };
  const { data } = named.safeParse(value);
  return { text: JSON.stringify(kept), debugId: data?.debugId ?? data?.debug_id };
}

function parseJson(text: string): unknown {
  // Some servers put this before JSON that must not run as a script; the standard lets readers drop the line.
  const json = text.startsWith(")]}'") ? text.slice(text.indexOf("\n") + 1) : text;
  boundJson(json);
  try {
    return JSON.parse(json);
  } catch {
    return refuse("is not a source map: it is not JSON");
  }
}

function toTraceMap(value: unknown): TraceMap {
  const hasSections = typeof value === "object" && value !== null && "sections" in value;
  const parsed = (hasSections ? indexedMap : plainMap).safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse(`is not a source map: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  try {
    return new FlattenMap(parsed.data as SectionedSourceMapInput);
  } catch (error) {
    return refuse(`is not a source map: ${String(error)}`);
  }
}

/** Every mapping leads to a source and a name that the map has. */
function assertInRange(map: TraceMap): void {
  const { sources, names } = map;
  for (const segments of decodedMappings(map)) {
    for (const [column, source = 0, line = 0, sourceColumn = 0, name = 0] of segments) {
      const isShort = sources.length === 0 && source === 0;
      const isRight = (isShort || source < sources.length) && (name === 0 || name < names.length);
      if (!isRight || Math.min(column, source, line, sourceColumn, name) < 0)
        refuse("is not a source map: mappings lead to what is not in it");
    }
  }
}
