import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, needs, newApi, problems, projectParam, type ApiEnv } from "../http/api.ts";
import { rangeQuery, toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { createIndexRoutes } from "./index-routes.ts";
import { overview } from "./overview.ts";
import { reportOverview } from "./report.ts";

const read = createRoute({
  method: "get",
  path: "/projects/{project}/overview",
  tags: ["experience"],
  summary: "The start page's numbers, each beside the period before",
  middleware: needs("read"),
  request: { params: projectParam, query: rangeQuery },
  responses: { 200: json(overview.meta({ id: "Overview" }), "The range's numbers"), ...problems },
});

/** How customers fare altogether. */
export function createExperienceRoutes(deps: Deps): OpenAPIHono<ApiEnv> {
  const api = newApi();
  api.openapi(read, async (context) => {
    const { project } = context.req.valid("param");
    const { recoveryWindowSeconds } = await requireProject(deps.ledger, project);
    const range = toRange(context.req.valid("query"), deps.now());
    const question = { projectId: project, range, recoveryWindowSeconds };
    return context.json(await reportOverview(deps, question), 200);
  });
  return api.route("/", createIndexRoutes(deps));
}
