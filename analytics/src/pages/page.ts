import { z } from "zod";
import { shareEstimate } from "../stats/share.ts";

/** Narrows views, searches and errors to those of one value of each. */
export const pagesFilter = z.object({
  release: z.string().min(1).max(256).optional(),
  channel: z.string().min(1).max(256).optional(),
  audience: z.string().min(1).max(256).optional(),
  environment: z.string().min(1).max(256).optional(),
});
export type PagesFilter = z.infer<typeof pagesFilter>;

export const pageColumn = z.enum([
  "visits",
  "sessions",
  "customers",
  "entrances",
  "bounces",
  "exits",
  "errors",
  "errorCustomers",
  "medianSeconds",
  "p90Seconds",
  "shortestTaps",
  "typicalTaps",
  "searches",
]);
export type PageColumn = z.infer<typeof pageColumn>;

export const pageItem = z.object({
  /** Without query, and with `:id` for ids. */
  page: z.string(),
  /** The page viewed again in a row is one visit. */
  visits: z.number().int(),
  /** Sessions with a visit. */
  sessions: z.number().int(),
  customers: z.number().int(),
  /** Sessions that began with it, and of these those that had no other page. */
  entrances: z.number().int(),
  bounces: z.number().int(),
  /** Sessions that ended with it. */
  exits: z.number().int(),
  errors: z.number().int(),
  errorCustomers: z.number().int(),
  /** Until the session's next page; null when it was the last of every session. */
  medianSeconds: z.number().nullable(),
  p90Seconds: z.number().nullable(),
  /** From the start page over links alone; null when none leads there. */
  shortestTaps: z.number().int().nullable(),
  /** The median of those taken from the start page; null when nobody came from there. */
  typicalTaps: z.number().int().nullable(),
  /** Visits that came next after a search. */
  searches: z.number().int(),
});
export type PageItem = z.infer<typeof pageItem>;

const listed = {
  nextCursor: z.string().nullable(),
  /** From where taps are counted; null when there is no page. */
  startPage: z.string().nullable(),
  /** One session in so many was read, and counts are so many times what was found; 1: all were. */
  oneIn: z.number().int(),
  /** Pages in all, after `q`. */
  total: z.number().int(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
};

export const pageList = z.object({ items: z.array(pageItem), ...listed });
export type PageList = z.infer<typeof pageList>;

export const hiddenPage = z.object({
  page: z.string(),
  visits: z.number().int(),
  /** Null: no link leads there from the start page. */
  shortestTaps: z.number().int().nullable(),
  typicalTaps: z.number().int().nullable(),
  /** Sessions that came to it first by a search, and by more taps than the shortest way. */
  bySearch: z.number().int(),
  byDetour: z.number().int(),
  /** Both, of all sessions that came to it; as read. */
  sought: shareEstimate,
  /** Of the visits of the pages that link to it, those that went on to it; as read. */
  uptake: shareEstimate,
  /** Taps above the shortest way, of all sessions that came from the start page. */
  excessTaps: z.number().int(),
  /** Taps that those who sought it would not have taken, had it been so near the start page as asked. */
  savedTaps: z.number().int(),
  /** Fewer than 30 sessions came to it: shown last, never ranked. */
  tooFew: z.boolean(),
});
export type HiddenPage = z.infer<typeof hiddenPage>;

export const hiddenList = z.object({ items: z.array(hiddenPage), ...listed });
export type HiddenList = z.infer<typeof hiddenList>;

export const unwantedPage = z.object({
  page: z.string(),
  visits: z.number().int(),
  shortestTaps: z.number().int().nullable(),
  /** Of the visits of the pages that link to it, those that went on to it; as read. */
  uptake: shareEstimate,
  /** Visits of the pages that link to it that did not go on to it. */
  passedBy: z.number().int(),
  /** The pages that link to it and are visited most, at most five. */
  shownOn: z.array(z.string()),
});
export type UnwantedPage = z.infer<typeof unwantedPage>;

export const unwantedList = z.object({
  items: z.array(unwantedPage),
  /** Half of the median uptake of the pages that can be judged: those listed are surely below; null when none can be judged. */
  threshold: z.number().nullable(),
  ...listed,
});
export type UnwantedList = z.infer<typeof unwantedList>;

const neighbour = z.object({
  /** Null: the session began, or ended, here. */
  page: z.string().nullable(),
  visits: z.number().int(),
  /** Of these, those with a search between the two pages. */
  bySearch: z.number().int(),
});

export const pageDetail = z.object({
  page: z.string(),
  /** As in the map; null when nobody visited it. */
  numbers: pageItem.nullable(),
  /** The most usual twenty. */
  before: z.array(neighbour),
  after: z.array(neighbour),
  /** What was searched for right before; the most usual twenty. */
  searches: z.array(z.object({ query: z.string(), visits: z.number().int() })),
  /** The twenty error groups with the most customers here. */
  errors: z.array(
    z.object({
      fingerprint: z.string(),
      title: z.string(),
      errors: z.number().int(),
      customers: z.number().int(),
    }),
  ),
  days: z.array(
    z.object({
      /** Of the project's time zone. */
      day: z.iso.date(),
      visits: z.number().int(),
      /** The day is not over, or part of it lies outside of the range. */
      isPartial: z.boolean(),
    }),
  ),
});
export type PageDetail = z.infer<typeof pageDetail>;
