import type { KindOfPrompt } from "../prompts/kind.ts";
import { surveyProblems } from "./publishable.ts";
import { surveyContent, surveyTexts, type SurveyContent } from "./survey.ts";

export const SURVEY: KindOfPrompt<SurveyContent> = {
  kind: "survey",
  content: surveyContent,
  problemsOf: surveyProblems,
  textsOf: surveyTexts,
  mostPublished: 50,
};
