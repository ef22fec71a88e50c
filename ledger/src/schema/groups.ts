import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { projects } from "./projects.ts";

/** What people decided about a fingerprint of errors; most have no row. */
export const errorGroups = pgTable(
  "error_groups",
  {
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    fingerprint: text().notNull(),
    /** How the group was called when it was decided about: a discarded one has no events left to tell. */
    title: text().notNull().default(""),
    /** The group it belongs to instead of its own, never one that is merged itself; null when it is its own. */
    mergedInto: text("merged_into"),
    /** An `archive` of the analytics package; null when it is listed. */
    archive: jsonb(),
    /** Whether its events are no longer stored. */
    isDiscarded: boolean("is_discarded").notNull().default(false),
    /** Counts the changes of `mergedInto`; the warehouse has been told of those up to `toldRevision`. */
    revision: integer().notNull().default(0),
    toldRevision: integer("told_revision").notNull().default(0),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
    /** An e-mail, `token:<name>` or `job:<name>`. */
    updatedBy: text("updated_by").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.fingerprint] }),
    index("error_groups_by_group").on(table.projectId, table.mergedInto),
  ],
);

/** Who decided what about a group, and when. */
export const errorGroupChanges = pgTable(
  "error_group_changes",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    fingerprint: text().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    actor: text().notNull(),
    /** `merged`, `unmerged`, `archived`, `listed`, `discarded` or `kept`. */
    kind: text().notNull(),
    data: jsonb().notNull(),
  },
  (table) => [index("error_group_changes_by_group").on(table.projectId, table.fingerprint, table.id)],
);

/** The grouping rules of a project, in the order in which they are tried; the collector reads them too. */
export const groupingRules = pgTable("grouping_rules", {
  projectId: text("project_id")
    .primaryKey()
    .references(() => projects.id),
  /** `GroupingRule`s of the warehouse package. */
  rules: jsonb().notNull(),
  /** Optimistic lock: every accepted write adds one. */
  version: integer().notNull(),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  updatedBy: text("updated_by").notNull(),
});
