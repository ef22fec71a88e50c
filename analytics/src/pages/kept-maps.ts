import type { Warehouse } from "@voxloop/warehouse";
import type { PageMap } from "./page-map.ts";
import { queryPageMap } from "./query.ts";
import type { PagesScope } from "./visits.ts";

const KEPT_MS = 60_000;
const MOST_KEPT = 8;

/**
 * Gives maps of pages and keeps the latest for a minute: a map takes seconds, and who reads it sorts, searches and turns pages.
 * Only whole maps are kept, so that nobody waits for a question that somebody else stops.
 */
export function createKeptMaps(warehouse: Warehouse, now: () => Date) {
  const kept = new Map<string, { map: PageMap; until: number }>();
  return async (scope: PagesScope, start: string | undefined): Promise<PageMap> => {
    const key = JSON.stringify([scope.projectId, scope.range, Object.entries(scope.filter), start]);
    const found = kept.get(key);
    if (found !== undefined && found.until > now().getTime()) return found.map;
    const map = await queryPageMap(warehouse, scope, { start });
    kept.delete(key);
    kept.set(key, { map, until: now().getTime() + KEPT_MS });
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
    return map;
  };
}
