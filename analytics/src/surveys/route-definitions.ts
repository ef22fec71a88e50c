import { definePromptRoutes } from "../prompts/route-definitions.ts";
import { surveyContent, surveyRule } from "./survey.ts";

export const route = definePromptRoutes({
  path: "surveys",
  name: "Survey",
  content: surveyContent,
  served: surveyRule.meta({ id: "Survey" }),
});
