import type * as Prompts from "./prompts.ts";

/** What prompts look like is fetched when the first is to be shown, and only then. */
export const loadPrompts = (): Promise<typeof Prompts> => import("./prompts.ts");
