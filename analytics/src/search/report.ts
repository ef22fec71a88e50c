import { z } from "zod";
import { segmentId } from "../filters/segment.ts";

export const searchesQuery = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  limit: z.number().int().min(1).max(1000).default(100),
  segment: segmentId,
});
export type SearchesQuery = z.infer<typeof searchesQuery>;

const counted = z.object({
  /** Reported searches; a copy of an event counts once. */
  searches: z.number(),
  /** Whole customers who made them; nobody's searches count for none. */
  customers: z.number(),
  /** Searches that found nothing. */
  empty: z.number(),
  /** Searches with a result that was opened. */
  clicked: z.number(),
  /** Searches without a click that the same session followed by another query within five minutes. */
  reformulated: z.number(),
});

export const searchRow = counted.extend({
  /** In lower case, without white space around it. */
  query: z.string(),
});

export const searchesResult = counted.extend({ queries: z.array(searchRow) });
export type SearchesResult = z.infer<typeof searchesResult>;
