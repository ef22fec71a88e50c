import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { projects } from "./projects.ts";

/** Customers who are told by what they did, said or were, under a name; who they are is found out when a report asks. */
export const segments = pgTable(
  "segments",
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    /** A `SegmentDefinition` of the analytics package. */
    definition: jsonb().notNull(),
    /** Optimistic lock: every accepted write adds one. */
    version: integer().notNull().default(1),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    /** An e-mail or `token:<name>`. */
    createdBy: text("created_by").notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
    updatedBy: text("updated_by").notNull(),
  },
  (table) => [
    uniqueIndex("segments_by_name_zh").on(table.projectId, sql`lower(${table.nameZh})`),
    uniqueIndex("segments_by_name_en").on(table.projectId, sql`lower(${table.nameEn})`),
    index("segments_by_project").on(table.projectId, table.createdAt),
  ],
);
