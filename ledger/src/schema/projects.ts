import { sql } from "drizzle-orm";
import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";

export const projects = pgTable("projects", {
  id: text().primaryKey(),
  name: text().notNull(),
  /** IANA zone of the project's days. */
  timeZone: text("time_zone").notNull().default("Asia/Shanghai"),
  /** An error blocks when the same customer does not succeed in the same flow within this time. */
  recoveryWindowSeconds: integer("recovery_window_seconds").notNull().default(1800),
  /** What all its write keys together may send; null is no limit. */
  eventsPerSecond: integer("events_per_second"),
  eventsPerDay: bigint("events_per_day", { mode: "number" }),
  /** No more transactions than this shall be ended by an error on a day; null is no goal. */
  blockedGoalPerDay: integer("blocked_goal_per_day"),
  /** What each part weighs in the experience index; null is as the product has it. */
  experienceWeights:
    jsonb("experience_weights").$type<
      Record<"success" | "errorFree" | "speed" | "satisfaction" | "sentiment", number>
    >(),
  /** What the experience index, 0 to 100, shall reach; null is no goal. */
  experienceGoal: doublePrecision("experience_goal"),
  /** Address of a trace in the tracing system, with `{traceId}` in it. */
  traceUrlTemplate: text("trace_url_template"),
  /** Share of customers, 0 to 1, whose events SDKs send; null is as the app says. */
  sampleRate: doublePrecision("sample_rate"),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
});

export const writeKeys = pgTable("write_keys", {
  id: uuid().primaryKey().defaultRandom(),
  projectId: text("project_id")
    .notNull()
    .references(() => projects.id),
  name: text().notNull(),
  /** First characters of the key, to tell keys apart; the key itself is stored as a hash only. */
  hint: text().notNull(),
  keyHash: text("key_hash").notNull().unique(),
  /** Web origins whose pages may send with it, e.g. `https://*.bank.example`; empty is any. */
  allowedOrigins: text("allowed_origins")
    .array()
    .notNull()
    .default(sql`'{}'::text[]`),
  /** Values of `deployment.environment.name` it may send; empty is any. */
  environments: text()
    .array()
    .notNull()
    .default(sql`'{}'::text[]`),
  eventsPerSecond: integer("events_per_second"),
  eventsPerDay: bigint("events_per_day", { mode: "number" }),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  /** A rotated key works until then. */
  expiresAt: timestamp("expires_at", { withTimezone: true }),
  revokedAt: timestamp("revoked_at", { withTimezone: true }),
});

export const funnels = pgTable(
  "funnels",
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    name: text().notNull(),
    /** A `FunnelDefinition` of the analytics package. */
    definition: jsonb().notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index("funnels_by_project").on(table.projectId)],
);

export const releases = pgTable(
  "releases",
  {
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    service: text().notNull().default(""),
    version: text().notNull(),
    environment: text().notNull().default(""),
    releasedAt: timestamp("released_at", { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.service, table.version, table.environment] })],
);

/** Where a job stands, e.g. a watermark; one row a job and project. */
export const jobStates = pgTable("job_states", {
  key: text().primaryKey(),
  value: jsonb().notNull(),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
});
