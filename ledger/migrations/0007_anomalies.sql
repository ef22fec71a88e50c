CREATE TABLE "anomalies" (
	"project_id" text NOT NULL,
	"fingerprint" text NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"code" text NOT NULL,
	"flow" text NOT NULL,
	"unit" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"observed" double precision NOT NULL,
	"span_hours" integer NOT NULL,
	"expected" double precision,
	"low" double precision,
	"high" double precision,
	CONSTRAINT "anomalies_project_id_fingerprint_pk" PRIMARY KEY("project_id","fingerprint")
);
--> statement-breakpoint
ALTER TABLE "anomalies" ADD CONSTRAINT "anomalies_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;