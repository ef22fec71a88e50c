import { createRoute, z } from "@hono/zod-openapi";
import { json, needs, problems, projectParam } from "../http/api.ts";
import { rangeQuery } from "../http/range.ts";
import { definePromptRoutes } from "../prompts/route-definitions.ts";
import { guidanceContent, guidanceRule } from "./guidance.ts";
import { guidanceRecovery } from "./recovery.ts";

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
