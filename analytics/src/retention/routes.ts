import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { assertRegexes } from "../filters/assert-regexes.ts";
import { json, jsonBody, needs, newApi, problems, projectParam, type ApiEnv } from "../http/api.ts";
import { toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { queryRetention } from "./query.ts";
import { retentionQuery, retentionResult } from "./retention.ts";

const query = createRoute({
  method: "post",
  path: "/projects/{project}/retention/query",
  tags: ["retention"],
  summary: "How many customers of each cohort come back, period by period",
  middleware: needs("read"),
  request: { params: projectParam, body: jsonBody(retentionQuery.meta({ id: "RetentionQuery" })) },
  responses: {
    200: json(retentionResult.meta({ id: "RetentionResult" }), "Cohorts and who of them returned"),
    ...problems,
  },
});

export function createRetentionRoutes(deps: Deps): OpenAPIHono<ApiEnv> {
  const api = newApi();
  api.openapi(query, async (context) => {
    const { project } = context.req.valid("param");
    const question = context.req.valid("json");
    const { timeZone } = await requireProject(deps.ledger, project);
    const now = deps.now();
    toRange(question, now);
    await assertRegexes(deps.warehouse, question.start.where, "start.where");
    await assertRegexes(deps.warehouse, question.returning.where, "returning.where");
    return context.json(
      await queryRetention(deps.warehouse, { projectId: project, timeZone, query: question, now }),
      200,
    );
  });
  return api;
}
