ALTER TABLE "projects" ADD COLUMN "experience_weights" jsonb;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "experience_goal" double precision;