import type { LocalizedText } from "@voxloop/contract";
import type { z } from "zod";
import type { FieldProblem, PromptKind } from "./prompt.ts";

/** What guidance and surveys do not have in common. */
export interface KindOfPrompt<Content> {
  kind: PromptKind;
  content: z.ZodType<Content>;
  /** What stands against publishing it. */
  problemsOf: (content: Content) => FieldProblem[];
  /** Its texts by their field. */
  textsOf: (content: Content) => Record<string, LocalizedText>;
  /** How many a project may have published at a time: every app loads all of them. */
  mostPublished: number;
}
