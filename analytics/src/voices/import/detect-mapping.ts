import { READY_MAPPINGS } from "./mappings.ts";
import type { ImportMapping } from "./voice-import.ts";

/** How columns are compared: `Review ID`, `review_id` and `reviewId` are one. */
export function columnKey(column: string): string {
  return column
    .normalize("NFKC")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, " ")
    .trim();
}

/** The mapping whose export a file with these columns is; `voice` when it is none of them. */
export function detectMapping(columns: readonly string[]): ImportMapping {
  const keys = new Set(columns.map(columnKey));
  const known = Object.entries(READY_MAPPINGS).find(([, { knownBy }]) =>
    knownBy.some((needed) => needed.every((column) => keys.has(column))),
  );
  return (known?.[0] as ImportMapping | undefined) ?? "voice";
}
