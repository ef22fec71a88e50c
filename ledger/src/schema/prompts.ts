import { index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { projects } from "./projects.ts";

/** What an app shows a customer: guidance and surveys. */
export const prompts = pgTable(
  "prompts",
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    /** `guidance` or `survey`. */
    kind: text().notNull(),
    name: text().notNull(),
    /** `draft` (never published), `published` (apps get it), `archived`. */
    state: text().notNull().default("draft"),
    /** What is to be published next, a content of the analytics package; null when nothing has changed since. */
    draft: jsonb(),
    /** Optimistic lock: every accepted write adds one. */
    version: integer().notNull().default(1),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    /** An e-mail or `token:<name>`. */
    createdBy: text("created_by").notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
    updatedBy: text("updated_by").notNull(),
  },
  (table) => [index("prompts_by_kind").on(table.projectId, table.kind, table.createdAt, table.id)],
);

/** What was published, once and for good: events name it by id and version. */
export const promptVersions = pgTable(
  "prompt_versions",
  {
    promptId: uuid("prompt_id")
      .notNull()
      .references(() => prompts.id, { onDelete: "cascade" }),
    /** Counts from 1. */
    version: integer().notNull(),
    content: jsonb().notNull(),
    publishedAt: timestamp("published_at", { withTimezone: true }).notNull(),
    publishedBy: text("published_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.promptId, table.version] })],
);

/** What apps get from the collector, as it is sent; written in the transaction of the change that caused it. */
export const publishedConfigs = pgTable("published_configs", {
  projectId: text("project_id")
    .primaryKey()
    .references(() => projects.id),
  /** JSON: a `RemoteConfig` of the contract package. */
  document: text().notNull(),
  /** Hash of the document. */
  etag: text().notNull(),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
});
