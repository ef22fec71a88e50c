import { createRoute, z } from "@hono/zod-openapi";
import { json, needs, problems, projectParam } from "../http/api.ts";
import { rangeQuery } from "../http/range.ts";
import { definePromptRoutes } from "../prompts/route-definitions.ts";
import { guidanceContent, guidanceRule } from "./guidance.ts";
import { guidanceRecovery } from "./recovery.ts";
import { guidanceSuggestions } from "./suggestions.ts";

export const route = definePromptRoutes({
  path: "guidance",
  name: "Guidance",
  content: guidanceContent,
  served: guidanceRule.meta({ id: "Guidance" }),
});

export const recovery = createRoute({
  method: "get",
  path: "/projects/{project}/guidance/{id}/recovery",
  tags: ["guidance"],
  summary: "Who got through after the error, by version, against those who were shown nothing",
  middleware: needs("read"),
  request: { params: projectParam.extend({ id: z.uuid() }), query: rangeQuery },
  responses: { 200: json(guidanceRecovery.meta({ id: "GuidanceRecovery" }), "The recovery"), ...problems },
});

export const suggestions = createRoute({
  method: "get",
  path: "/projects/{project}/guidance/suggestions",
  tags: ["guidance"],
  summary: "What customers who got through after an error did, and the others did not",
  middleware: needs("read"),
  request: { params: projectParam, query: rangeQuery.extend({ fingerprint: z.string().min(1).max(64) }) },
  responses: {
    200: json(guidanceSuggestions.meta({ id: "GuidanceSuggestions" }), "What they did, the clearest first"),
    ...problems,
  },
});
