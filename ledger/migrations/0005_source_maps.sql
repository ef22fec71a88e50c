CREATE TABLE "source_maps" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"kind" text NOT NULL,
	"debug_id" text DEFAULT '' NOT NULL,
	"release" text DEFAULT '' NOT NULL,
	"file" text DEFAULT '' NOT NULL,
	"name" text NOT NULL,
	"content" "bytea" NOT NULL,
	"stored_bytes" integer NOT NULL,
	"bytes" integer NOT NULL,
	"hash" text NOT NULL,
	"uploaded_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "source_maps_once" UNIQUE("project_id","kind","debug_id","release","file")
);
--> statement-breakpoint
ALTER TABLE "source_maps" ADD CONSTRAINT "source_maps_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "source_maps_by_name" ON "source_maps" USING btree ("project_id","kind","name");--> statement-breakpoint
CREATE INDEX "source_maps_by_use" ON "source_maps" USING btree ("used_at");