import { z } from "@hono/zod-openapi";

/** A report's time range, half open: from <= time < to. Default: the 24 h before now. */
export const rangeQuery = z.object({
  from: z.iso.datetime().optional().openapi({ description: "Start, ISO 8601 UTC, included" }),
  to: z.iso.datetime().optional().openapi({ description: "End, ISO 8601 UTC, excluded" }),
});

export interface Range {
  from: Date;
  to: Date;
}
