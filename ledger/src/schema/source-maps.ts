import { customType, index, integer, pgTable, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import { projects } from "./projects.ts";

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });

/** What leads from built code back to its sources: JavaScript source maps and R8 mapping files. */
export const sourceMaps = pgTable(
  "source_maps",
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    /** `javascript` or `r8`. */
    kind: text().notNull(),
    /** Of the built file, a UUID; "" when it has none. */
    debugId: text("debug_id").notNull().default(""),
    release: text().notNull().default(""),
    /** Path of the built file below the folder that is served, e.g. `assets/index-B7f3k9Qx.js`; "" for R8. */
    file: text().notNull().default(""),
    /** The path's last segment, by which a stack's frames find it. */
    name: text().notNull(),
    /** Brotli. */
    content: bytea().notNull(),
    storedBytes: integer("stored_bytes").notNull(),
    bytes: integer().notNull(),
    /** SHA-256 of what was uploaded, in hex. */
    hash: text().notNull(),
    uploadedAt: timestamp("uploaded_at", { withTimezone: true }).notNull(),
    /** To the day; one that was not needed for long is deleted. */
    usedAt: timestamp("used_at", { withTimezone: true }).notNull(),
  },
  (table) => [
    unique("source_maps_once").on(table.projectId, table.kind, table.debugId, table.release, table.file),
    index("source_maps_by_name").on(table.projectId, table.kind, table.name),
    index("source_maps_by_use").on(table.usedAt),
  ],
);
