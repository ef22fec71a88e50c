export * from "./anomalies.ts";
export * from "./groups.ts";
export * from "./issues.ts";
export * from "./people.ts";
export * from "./projects.ts";
export * from "./prompts.ts";
export * from "./source-maps.ts";
export * from "./webhooks.ts";
