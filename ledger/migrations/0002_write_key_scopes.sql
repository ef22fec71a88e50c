ALTER TABLE "projects" ADD COLUMN "events_per_second" integer;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "events_per_day" bigint;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "trace_url_template" text;--> statement-breakpoint
ALTER TABLE "write_keys" ADD COLUMN "allowed_origins" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "write_keys" ADD COLUMN "environments" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "write_keys" ADD COLUMN "events_per_second" integer;--> statement-breakpoint
ALTER TABLE "write_keys" ADD COLUMN "events_per_day" bigint;--> statement-breakpoint
ALTER TABLE "write_keys" ADD COLUMN "expires_at" timestamp with time zone;