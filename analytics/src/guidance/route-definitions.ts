import { definePromptRoutes } from "../prompts/route-definitions.ts";
import { guidanceContent, guidanceRule } from "./guidance.ts";

export const route = definePromptRoutes({
  path: "guidance",
  name: "Guidance",
  content: guidanceContent,
  served: guidanceRule.meta({ id: "Guidance" }),
});
