/** The types of everything the api takes and answers, without the code that serves it: what the dashboard imports. */
export type * from "./errors/error-group.ts";
export type * from "./errors/path.ts";
export type * from "./experience/overview.ts";
export type * from "./funnels/funnel.ts";
export type * from "./guidance/guidance.ts";
export type * from "./guidance/recovery.ts";
export type * from "./guidance/suggestions.ts";
export type * from "./ingestion/ingestion.ts";
export type * from "./issues/issue.ts";
export type * from "./people/person.ts";
export type * from "./projects/project.ts";
export type * from "./projects/write-key.ts";
export type * from "./prompts/prompt.ts";
export type * from "./surveys/results.ts";
export type * from "./surveys/survey.ts";
export type * from "./voices/voice.ts";
export type * from "./webhooks/webhook.ts";
