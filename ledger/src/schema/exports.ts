import { bigint, index, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { projects } from "./projects.ts";

/** Who took a list of customers out of the system, written before its first line leaves. Rows are never changed. */
export const customerExports = pgTable(
  "customer_exports",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    at: timestamp({ withTimezone: true }).notNull(),
    /** An e-mail or `token:<name>`. */
    actor: text().notNull(),
    /** Whose: `funnel`, `error`. */
    subject: text().notNull(),
    /** What was asked for. */
    question: jsonb().notNull(),
  },
  (table) => [index("customer_exports_by_project").on(table.projectId, table.id)],
);
