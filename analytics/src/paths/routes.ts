import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { findSegment } from "../filters/saved-segment.ts";
import { json, jsonBody, needs, newApi, problems, projectParam, type ApiEnv } from "../http/api.ts";
import { Problem } from "../http/problem.ts";
import { toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { pathsQuery, pathsResult } from "./path.ts";
import { queryPaths } from "./query.ts";

const query = createRoute({
  method: "post",
  path: "/projects/{project}/paths/query",
  tags: ["paths"],
  summary: "The ways customers take from an event or page, or to it",
  middleware: needs("read"),
  request: { params: projectParam, body: jsonBody(pathsQuery.meta({ id: "PathsQuery" })) },
  responses: { 200: json(pathsResult.meta({ id: "PathsResult" }), "Links of the paths"), ...problems },
});

export function createPathsRoutes(deps: Deps): OpenAPIHono<ApiEnv> {
  const api = newApi();
  api.openapi(query, async (context) => {
    const { project } = context.req.valid("param");
    const question = context.req.valid("json");
    await requireProject(deps.ledger, project);
    const { to } = toRange(question, deps.now());
    if (question.goal !== undefined && question.direction === "to")
      throw new Problem(400, "Invalid request", { detail: "goal: needs direction from" });
    const segment = await findSegment(deps, project, { segment: question.segment, to });
    const of = { projectId: project, query: question, segment };
    return context.json(await queryPaths(deps.warehouse, of), 200);
  });
  return api;
}
