import { parseStack, type Frame } from "@voxloop/warehouse";
import type { Deps } from "../deps.ts";
import { pathOf, readCalls, type BuiltStack } from "./calls.ts";
import { chooseMap } from "./choose-map.ts";
import { createMapCache, type MapCache, type OpenMap } from "./map-cache.ts";
import { retrace, type Call } from "./r8.ts";
import type { SourceFrame, StoredMap } from "./source-map.ts";
import { mapsNamed, touchMap } from "./store.ts";
import { traceJavascript, type Traced } from "./trace-javascript.ts";

interface Failed {
  stack: string;
  release: string;
}

/** For each event its calls in the names of the sources, the innermost first; null for one that no map covers. */
export type Symbolicate = (projectId: string, events: readonly Failed[]) => Promise<(SourceFrame[] | null)[]>;

/** More files than a page loads are a mistake or an attack. */
const FILES_MAX = 50;

export function createSymbolicate(deps: Pick<Deps, "ledger" | "now" | "log">): Symbolicate {
  const cache = createMapCache(deps.ledger);
  return async (projectId, events) => {
    const stacks = events.map(({ stack }) => readCalls(stack));
    const known = await findMaps(deps, projectId, stacks);
    if (known.javascript.length + known.r8.length === 0) return events.map(() => null);
    const open = opener(deps, cache);
    const frames: (SourceFrame[] | null)[] = [];
    for (const [index, stack] of stacks.entries()) {
      const release = events[index]?.release ?? "";
      const read = stack.format === "java" ? symbolicateJava : symbolicateJavascript;
      const found = await read(stack, (path) => {
        const map = stack.format === "java" ? known.r8 : known.javascript;
        return open(
          path === null ? map.find((each) => each.release === release) : chooseMap(map, { path, release }),
        );
      });
      frames.push(found.some(({ mapped }) => mapped) ? found : null);
    }
    return frames;
  };
}

async function findMaps({ ledger }: Pick<Deps, "ledger">, projectId: string, stacks: readonly BuiltStack[]) {
  const names = new Set<string>();
  for (const { format, calls } of stacks) {
    if (format !== "javascript") continue;
    for (const { address } of calls) names.add(pathOf(address).split("/").at(-1) ?? "");
  }
  names.delete("");
  const [javascript, r8] = await Promise.all([
    mapsNamed(ledger, { projectId, kind: "javascript", names: [...names].slice(0, FILES_MAX) }),
    mapsNamed(ledger, {
      projectId,
      kind: "r8",
      names: stacks.some(({ format }) => format === "java") ? [""] : [],
    }),
  ]);
  return { javascript, r8 };
}

type Open = (map: StoredMap | undefined) => Promise<OpenMap | undefined>;

/** Opens maps; one that cannot be read is logged, and its calls stay as the stack has them. */
function opener({ ledger, log, now }: Pick<Deps, "ledger" | "now" | "log">, cache: MapCache): Open {
  return async (map) => {
    if (map === undefined) return undefined;
    try {
      const opened = await cache.open(map);
      await touchMap(ledger, map, now());
      return opened;
    } catch (error) {
      log.error({ err: error, sourceMap: map.id }, "a source map cannot be read");
      return undefined;
    }
  };
}

/** For the path of a built file, or null for what the release has one of. */
type Find = (path: string | null) => Promise<OpenMap | undefined>;

async function symbolicateJavascript({ calls }: BuiltStack, find: Find): Promise<SourceFrame[]> {
  const traced: (Traced | undefined)[] = [];
  for (const { frame, address } of calls) {
    const opened = address === "" ? undefined : await find(pathOf(address));
    traced.push(opened?.kind === "javascript" ? traceJavascript(opened.map, frame) : undefined);
  }
  return calls.map(({ frame, address }, index) => {
    const own = traced[index]?.frame;
    if (own === undefined) return asBuilt(frame, address);
    return { ...own, function: traced[index + 1]?.calls ?? own.function };
  });
}

async function symbolicateJava({ calls }: BuiltStack, find: Find): Promise<SourceFrame[]> {
  const opened = await find(null);
  return calls.flatMap(({ frame, java }) => {
    const sources = opened?.kind === "r8" && java !== undefined ? retrace(opened.map, java) : [];
    if (sources.length === 0) return [asBuilt(frame, java === undefined ? "" : java.file)];
    return sources.map((source) => ({
      function: `${source.owner}.${source.method}`,
      file: source.file,
      line: source.line,
      column: null,
      inApp: isInApp(source),
      mapped: true,
      context: null,
    }));
  });
}

function isInApp({ owner, method }: Call): boolean {
  return parseStack(`    at ${owner}.${method}(A.java:1)`).exceptions[0]?.frames[0]?.isInApp ?? true;
}

function asBuilt(frame: Frame, address: string): SourceFrame {
  const { line, column, isInApp: inApp } = frame;
  return { function: frame.function, file: address, line, column, inApp, mapped: false, context: null };
}
