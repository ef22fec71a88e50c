import { z } from "zod";

/** How long a group is kept out of the list. */
export const archiving = z.discriminatedUnion("until", [
  /** Until more customers meet it in a day than before, by more than chance explains. */
  z.object({ until: z.literal("escalates") }),
  /** Until so many more customers have met it. */
  z.object({ until: z.literal("customers"), customers: z.number().int().min(1).max(1_000_000) }),
  z.object({ until: z.literal("forever") }),
]);
export type Archiving = z.infer<typeof archiving>;

/** An archiving as it is kept. */
export const archive = z.intersection(
  archiving,
  z.object({
    at: z.iso.datetime(),
    by: z.string(),
    /** The most customers that met it within one of the 14 days before, counted back from then. */
    busiestDay: z.number().int(),
  }),
);
export type Archive = z.infer<typeof archive>;

/** A fingerprint of a group: its own, or one that was merged into it. */
export const groupMember = z.object({
  fingerprint: z.string(),
  code: z.string(),
  type: z.string(),
  title: z.string(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  /** What its events are grouped by; `earlier` is an older version of the algorithm, "" unknown. */
  by: z.enum(["rule", "code", "stack", "message", "type", "earlier", ""]),
  /** What equal events have in common. */
  parts: z.array(z.string()),
});
export type GroupMember = z.infer<typeof groupMember>;

export const GROUP_CHANGES = [
  "merged",
  "unmerged",
  "archived",
  "listed",
  "discarded",
  "kept",
  /** Its customers left as a file. */
  "exported",
] as const;
export const groupChange = z.object({
  id: z.number().int(),
  at: z.iso.datetime(),
  actor: z.string(),
  kind: z.enum(GROUP_CHANGES),
  data: z.record(z.string(), z.unknown()),
});
export type GroupChange = z.infer<typeof groupChange>;

/** What was decided about a group. */
export const errorGroupState = z.object({
  fingerprint: z.string(),
  /** The group it was merged into; null when it is its own. */
  mergedInto: z.string().nullable(),
  archive: archive.nullable(),
  /** Its events are no longer stored. */
  isDiscarded: z.boolean(),
  /** Its own fingerprint first. */
  members: z.array(groupMember),
  /** The newest first, 50 at most. */
  changes: z.array(groupChange),
});
export type ErrorGroupState = z.infer<typeof errorGroupState>;

/** A group that the list does not show. */
export const hiddenGroup = z.object({
  fingerprint: z.string(),
  title: z.string(),
  archive: archive.nullable(),
  isDiscarded: z.boolean(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
});
export const hiddenGroupList = z.object({ items: z.array(hiddenGroup), nextCursor: z.string().nullable() });
export type HiddenGroup = z.infer<typeof hiddenGroup>;

export const fingerprint = z.string().min(1).max(64);
const MERGED_MAX = 50;
export const merging = z.object({
  /** The groups that are merged into the other. */
  fingerprints: z.array(fingerprint).min(1).max(MERGED_MAX),
});
export const unmerging = z.object({
  /** Members that leave; together they are a group of their own, named by the first. */
  fingerprints: z.array(fingerprint).min(1).max(MERGED_MAX),
});
