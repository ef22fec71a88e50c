import { sql } from "drizzle-orm";
import {
  bigserial,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { projects } from "./projects.ts";

export const issues = pgTable(
  "issues",
  {
    id: uuid().primaryKey().defaultRandom(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    /** Counts from 1 within the project. */
    number: integer().notNull(),
    /** What it is about, e.g. `error:<fingerprint>`; at most one issue that is not closed has it. */
    cause: text().notNull(),
    title: text().notNull(),
    state: text().notNull(),
    closeReason: text("close_reason"),
    severity: text().notNull(),
    owner: text(),
    dueAt: timestamp("due_at", { withTimezone: true }),
    flow: text().notNull().default(""),
    /** Error code, fingerprint, impact when opened: an `IssueEvidence` of the analytics package. */
    evidence: jsonb().notNull(),
    /** The release that carries the fix, once released: an `IssueRelease`. */
    release: jsonb(),
    /** Optimistic lock: every accepted write adds one. */
    version: integer().notNull().default(1),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
    closedAt: timestamp("closed_at", { withTimezone: true }),
  },
  (table) => [
    uniqueIndex("issues_one_open_per_cause")
      .on(table.projectId, table.cause)
      .where(sql`${table.state} <> 'closed'`),
    uniqueIndex("issues_by_number").on(table.projectId, table.number),
    index("issues_by_state").on(table.projectId, table.state),
  ],
);

export const issueTimeline = pgTable(
  "issue_timeline",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    issueId: uuid("issue_id")
      .notNull()
      .references(() => issues.id, { onDelete: "cascade" }),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** An e-mail, `token:<name>`, or `job:<id>`. */
    actor: text().notNull(),
    /** `opened`, `transition`, `changed`, `comment`, `verdict`, `impact`. */
    kind: text().notNull(),
    data: jsonb().notNull(),
  },
  (table) => [index("issue_timeline_by_issue").on(table.issueId, table.id)],
);

export const verifications = pgTable(
  "verifications",
  {
    id: uuid().primaryKey().defaultRandom(),
    issueId: uuid("issue_id")
      .notNull()
      .references(() => issues.id, { onDelete: "cascade" }),
    /** Declared before looking: a `VerificationPlan`. */
    plan: jsonb().notNull(),
    startedAt: timestamp("started_at", { withTimezone: true }).notNull(),
    endedAt: timestamp("ended_at", { withTimezone: true }),
    verdict: text().notNull().default("inconclusive"),
  },
  (table) => [index("verifications_by_issue").on(table.issueId)],
);

/** One row a look of the sequential test; together they draw the verification chart. */
export const verificationLooks = pgTable(
  "verification_looks",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    verificationId: uuid("verification_id")
      .notNull()
      .references(() => verifications.id, { onDelete: "cascade" }),
    at: timestamp({ withTimezone: true }).notNull(),
    /** A `VerificationResult`. */
    result: jsonb().notNull(),
  },
  (table) => [index("verification_looks_by_verification").on(table.verificationId, table.id)],
);
