import { encodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import type { Ledger } from "@voxloop/ledger";
import { LRUCache } from "lru-cache";
import { OPEN_BYTES_MAX } from "./limits.ts";
import { readR8Mapping, type R8Mapping } from "./r8.ts";
import type { StoredMap } from "./source-map.ts";
import { readMap } from "./store.ts";

export type OpenMap = { kind: "javascript"; map: TraceMap } | { kind: "r8"; map: R8Mapping };

/** Opened maps, the last used, within a bound of memory; one that several ask for at a time is opened once. */
export interface MapCache {
  /** Undefined when it was deleted meanwhile. */
  open(map: StoredMap): Promise<OpenMap | undefined>;
}

/** Decoded mappings and classes beside their text. */
const DECODED = 20;
const R8_READ = 4;

interface Sized {
  opened: OpenMap;
  size: number;
}

export function createMapCache(ledger: Ledger): MapCache {
  const cache = new LRUCache<string, Sized, StoredMap>({
    maxSize: OPEN_BYTES_MAX,
    sizeCalculation: ({ size }) => size,
    fetchMethod: async (_key, _stale, { context }) => {
      const text = await readMap(ledger, context.id);
      return text === undefined ? undefined : openMap(context, text);
    },
  });
  return {
    // What is uploaded in the place of another has the same id and another hash.
    open: async (map) => (await cache.fetch(`${map.id}:${map.hash}`, { context: map }))?.opened,
  };
}

function openMap({ kind }: StoredMap, text: string): Sized {
  if (kind === "r8") return { opened: { kind, map: readR8Mapping(text) }, size: text.length * R8_READ };
  const map = new TraceMap(text);
  return { opened: { kind, map }, size: text.length + encodedMappings(map).length * DECODED };
}
