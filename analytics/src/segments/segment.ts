import { LANGUAGES } from "@voxloop/contract";
import { z } from "zod";
import { segmentDefinition } from "../filters/segment.ts";

const text = z.string().trim().min(1).max(80);

/** What people call a segment in each language; no two of a project are called the same in either. */
export const segmentName = z.strictObject(
  Object.fromEntries(LANGUAGES.map((language) => [language, text])) as Record<
    (typeof LANGUAGES)[number],
    typeof text
  >,
);

export const savedSegment = z.object({
  id: z.uuid(),
  name: segmentName,
  definition: segmentDefinition,
  /** Counts up with every change; a write on an older one is refused. */
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
});
export type SavedSegment = z.infer<typeof savedSegment>;

export const segmentList = z.object({ items: z.array(savedSegment), nextCursor: z.string().nullable() });
export type SegmentList = z.infer<typeof segmentList>;

export const newSegment = savedSegment.pick({ name: true, definition: true });
export type NewSegment = z.infer<typeof newSegment>;

/** PATCH: what is left out stays; what is given is replaced as a whole. */
export const segmentChange = newSegment.partial().extend({ version: z.number().int() });
export type SegmentChange = z.infer<typeof segmentChange>;

/** How large a segment is now. */
export const segmentSize = z.object({
  /** All who are in it. */
  customers: z.number().int(),
  /** Of these, who did anything in the last 30 days. */
  activeCustomers: z.number().int(),
  /** In it or not, who did anything in the last 30 days. */
  allActive: z.number().int(),
  /** The end of what was looked at. */
  to: z.iso.datetime(),
});
export type SegmentSize = z.infer<typeof segmentSize>;
