import { createRoute, z } from "@hono/zod-openapi";
import { json, needs, problems, projectParam } from "../http/api.ts";
import { rangeQuery } from "../http/range.ts";
import { definePromptRoutes } from "../prompts/route-definitions.ts";
import { surveyResults } from "./results.ts";
import { surveyContent, surveyRule } from "./survey.ts";

export const route = definePromptRoutes({
  path: "surveys",
  name: "Survey",
  content: surveyContent,
  served: surveyRule.meta({ id: "Survey" }),
});

export const results = createRoute({
  method: "get",
  path: "/projects/{project}/surveys/{id}/results",
  tags: ["surveys"],
  summary: "Who was asked, who answered, and what, with intervals, in all and by language",
  middleware: needs("read"),
  request: { params: projectParam.extend({ id: z.uuid() }), query: rangeQuery },
  responses: { 200: json(surveyResults.meta({ id: "SurveyResults" }), "The results"), ...problems },
});
