import { doublePrecision, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { projects } from "./projects.ts";

/** What is out of the ordinary now: a group of errors, or all of a project's together, that spikes or is new. */
export const anomalies = pgTable(
  "anomalies",
  {
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    /** The group; "" for all blocked customers together. */
    fingerprint: text().notNull(),
    /** `spiking` or `new`. */
    kind: text().notNull(),
    /** How the group was called. */
    title: text().notNull(),
    code: text().notNull(),
    flow: text().notNull(),
    /** What is counted an hour: `blocked` customers, or of a group outside of flows all `customers`. */
    unit: text().notNull(),
    /** The hour that began then was the first that spiked; of a new group, when it was first seen. */
    since: timestamp({ withTimezone: true }).notNull(),
    /** The end of what was looked at. */
    until: timestamp({ withTimezone: true }).notNull(),
    /** Customers an hour, the mean of `spanHours` hours; of a new group those of the day. */
    observed: doublePrecision().notNull(),
    spanHours: integer("span_hours").notNull(),
    /** What `observed` was expected to be, and its expected range; null for a new group, of which nothing was expected. */
    expected: doublePrecision(),
    low: doublePrecision(),
    high: doublePrecision(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.fingerprint] })],
);
