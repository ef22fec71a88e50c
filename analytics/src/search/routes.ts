import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { findSegment } from "../filters/saved-segment.ts";
import { json, jsonBody, needs, newApi, problems, projectParam, type ApiEnv } from "../http/api.ts";
import { toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { querySearches } from "./query.ts";
import { searchesQuery, searchesResult } from "./report.ts";

const query = createRoute({
  method: "post",
  path: "/projects/{project}/searches/query",
  tags: ["search"],
  summary: "What customers look for in the app, and whether they find it",
  middleware: needs("read"),
  request: { params: projectParam, body: jsonBody(searchesQuery.meta({ id: "SearchesQuery" })) },
  responses: { 200: json(searchesResult.meta({ id: "SearchesResult" }), "Searches by query"), ...problems },
});

export function createSearchRoutes(deps: Deps): OpenAPIHono<ApiEnv> {
  const api = newApi();
  api.openapi(query, async (context) => {
    const { project } = context.req.valid("param");
    const question = context.req.valid("json");
    await requireProject(deps.ledger, project);
    const { to } = toRange(question, deps.now());
    const segment = await findSegment(deps, project, { segment: question.segment, to });
    const of = { projectId: project, query: question, segment };
    return context.json(await querySearches(deps.warehouse, of), 200);
  });
  return api;
}
