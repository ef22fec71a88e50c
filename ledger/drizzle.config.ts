import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: [
    "./src/schema/projects.ts",
    "./src/schema/prompts.ts",
    "./src/schema/people.ts",
    "./src/schema/anomalies.ts",
    "./src/schema/exports.ts",
    "./src/schema/groups.ts",
    "./src/schema/issues.ts",
    "./src/schema/segments.ts",
    "./src/schema/source-maps.ts",
    "./src/schema/webhooks.ts",
  ],
  out: "./migrations",
});
