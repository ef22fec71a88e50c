import { z } from "zod";
import { segmentId } from "../filters/segment.ts";

const anchor = z
  .object({ event: z.string().min(1).max(128).optional(), page: z.string().min(1).max(1024).optional() })
  .refine(({ event, page }) => (event === undefined) !== (page === undefined), {
    message: "must name either an event or a page",
  });

export const pathsQuery = z.object({
  anchor,
  /** `from`: what follows the anchor; `to`: what led to it. */
  direction: z.enum(["from", "to"]).default("from"),
  /** What the nodes are. */
  by: z.enum(["event", "page"]).default("page"),
  /** Nodes after (or before) the anchor. */
  depth: z.number().int().min(1).max(10).default(5),
  /** Nodes that a smaller share of the paths passes are told together as "others". */
  minShare: z.number().min(0).max(1).default(0.01),
  /** Whether the same node many times in a row is one. */
  collapse: z.boolean().default(true),
  unit: z.enum(["customer", "session"]).default("session"),
  /** The event that tells those who converted from those who did not; only with `direction: "from"`. */
  goal: z.string().min(1).max(128).optional(),
  segment: segmentId,
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type PathsQuery = z.infer<typeof pathsQuery>;

export const pathLink = z.object({
  /** Of the source; the anchor is at 0. */
  position: z.number().int(),
  /** Null: others. */
  source: z.string().nullable(),
  /** Null: others, or the path's end when `ends`. */
  target: z.string().nullable(),
  ends: z.boolean(),
  units: z.number().int(),
  /** Of these, who did the goal after the anchor; 0 without a goal. */
  converted: z.number().int(),
});
export type PathLink = z.infer<typeof pathLink>;

export const pathsResult = z.object({
  /** Units that met the anchor: each has one path, around its first meeting. */
  units: z.number().int(),
  converted: z.number().int(),
  links: z.array(pathLink),
});
export type PathsResult = z.infer<typeof pathsResult>;
