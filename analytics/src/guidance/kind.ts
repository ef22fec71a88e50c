import type { KindOfPrompt } from "../prompts/kind.ts";
import { guidanceContent, guidanceProblems, guidanceTexts, type GuidanceContent } from "./guidance.ts";

export const GUIDANCE: KindOfPrompt<GuidanceContent> = {
  kind: "guidance",
  content: guidanceContent,
  problemsOf: guidanceProblems,
  textsOf: guidanceTexts,
  mostPublished: 100,
};
