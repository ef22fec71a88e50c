import { z } from "zod";
import { part } from "./experience-index.ts";

/** Units of a part by the points they got; every number of the index is a sum of cells. */
export const cell = z.object({
  part,
  /** First day of the day or week; "" where they are not told apart. */
  step: z.string(),
  /** Flow, measure or kind of question. */
  key: z.string(),
  /** Value of the asked segment column. */
  segment: z.string(),
  zero: z.number(),
  half: z.number(),
  full: z.number(),
});
export type Cell = z.infer<typeof cell>;
