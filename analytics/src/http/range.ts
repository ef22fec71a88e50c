import { z } from "@hono/zod-openapi";
import { Problem } from "./problem.ts";

/** A report's time range, half open: from <= time < to. Default: the 24 h before now. */
export const rangeQuery = z.object({
  from: z.iso.datetime().optional().openapi({ description: "Start, ISO 8601 UTC, included" }),
  to: z.iso.datetime().optional().openapi({ description: "End, ISO 8601 UTC, excluded" }),
});

export interface Range {
  from: Date;
  to: Date;
}

const DAY_MS = 86_400_000;
const MAX_DAYS = 400;

/** Fills in the defaults (the 24 h before `now`) and refuses a range that is empty or longer than 400 days. */
export function toRange(query: { from?: string | undefined; to?: string | undefined }, now: Date): Range {
  const to = query.to === undefined ? now : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(query.from);
  if (from >= to) throw new Problem(400, "Invalid request", { detail: "from: must be before to" });
  if (to.getTime() - from.getTime() > MAX_DAYS * DAY_MS) {
    throw new Problem(400, "Invalid request", { detail: `from: a range is at most ${MAX_DAYS} days` });
  }
  return { from, to };
}

/** The range of equal length that ends where this one begins. */
export function previousRange({ from, to }: Range): Range {
  return { from: new Date(2 * from.getTime() - to.getTime()), to: from };
}
