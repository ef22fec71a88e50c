import { boolean, index, integer, jsonb, pgTable, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import { projects } from "./projects.ts";

export const webhooks = pgTable("webhooks", {
  id: uuid().primaryKey().defaultRandom(),
  projectId: text("project_id")
    .notNull()
    .references(() => projects.id),
  url: text().notNull(),
  description: text().notNull().default(""),
  /** `whsec_` + base64; kept readable because every delivery is signed with it. */
  secret: text().notNull(),
  /** Event types it wants; empty for all. */
  eventTypes: text("event_types").array().notNull(),
  enabled: boolean().notNull().default(true),
  disabledReason: text("disabled_reason"),
  /** Since when nothing was delivered although it was tried; null after a success. */
  failingSince: timestamp("failing_since", { withTimezone: true }),
  /** Until then one worker alone delivers to it; null or past when none does. */
  busyUntil: timestamp("busy_until", { withTimezone: true }),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
});

/** Everything that leaves the system, written in the transaction that caused it. `id` is the message's `webhook-id`. */
export const outbox = pgTable(
  "outbox",
  {
    id: text().primaryKey(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    type: text().notNull(),
    /** The body as sent: `{type, timestamp, data}`. */
    body: jsonb().notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    /** When its deliveries were created. */
    fannedOutAt: timestamp("fanned_out_at", { withTimezone: true }),
  },
  (table) => [index("outbox_waiting").on(table.fannedOutAt, table.createdAt)],
);

export const deliveries = pgTable(
  "deliveries",
  {
    id: uuid().primaryKey().defaultRandom(),
    webhookId: uuid("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    messageId: text("message_id")
      .notNull()
      .references(() => outbox.id, { onDelete: "cascade" }),
    /** `pending`, `succeeded`, `failed`. */
    state: text().notNull().default("pending"),
    attempts: integer().notNull().default(0),
    nextAttemptAt: timestamp("next_attempt_at", { withTimezone: true }).notNull().defaultNow(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    unique("deliveries_once_per_webhook").on(table.webhookId, table.messageId),
    index("deliveries_due").on(table.state, table.nextAttemptAt),
    index("deliveries_by_webhook").on(table.webhookId, table.createdAt, table.id),
  ],
);

export const deliveryAttempts = pgTable(
  "delivery_attempts",
  {
    id: uuid().primaryKey().defaultRandom(),
    deliveryId: uuid("delivery_id")
      .notNull()
      .references(() => deliveries.id, { onDelete: "cascade" }),
    at: timestamp({ withTimezone: true }).notNull(),
    /** HTTP status, or null when no answer came. */
    status: integer(),
    durationMs: integer("duration_ms").notNull(),
    error: text(),
  },
  (table) => [index("delivery_attempts_by_delivery").on(table.deliveryId, table.at)],
);
