import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { Problem } from "../http/problem.ts";
import { rangeQuery, toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { describeRelease } from "./detail.ts";
import { releaseDetail, releasesHealth } from "./health.ts";
import { describeHealth } from "./report.ts";

const query = rangeQuery.extend({
  environment: z
    .string()
    .max(64)
    .default("")
    .openapi({ description: "Only what happened in this environment; all when absent" }),
});

const health = createRoute({
  method: "get",
  path: "/projects/{project}/releases/health",
  tags: ["releases"],
  summary:
    "How each release does: adoption, error-free sessions and customers, blocked customers, against the one before",
  middleware: needs("read"),
  request: { params: projectParam, query },
  responses: { 200: json(releasesHealth.openapi("ReleasesHealth"), "Newest first"), ...problems },
});

// Not `/releases/{version}`: a release may be called "health".
const detail = createRoute({
  method: "get",
  path: "/projects/{project}/releases/{version}/health",
  tags: ["releases"],
  summary: "One release: its health, the error groups that began in it, the issues that came back in it",
  middleware: needs("read"),
  request: { params: projectParam.extend({ version: z.string().min(1).max(256) }), query },
  responses: { 200: json(releaseDetail.openapi("ReleaseDetail"), "The release"), ...problems },
});

export function createHealthRoutes(deps: Deps) {
  const scopeOf = async (project: string, asked: z.infer<typeof query>) => {
    const { recoveryWindowSeconds } = await requireProject(deps.ledger, project);
    const { environment } = asked;
    return { projectId: project, range: toRange(asked, deps.now()), environment, recoveryWindowSeconds };
  };
  return newApi()
    .openapi(health, async (context) => {
      const scope = await scopeOf(context.req.valid("param").project, context.req.valid("query"));
      return context.json(await describeHealth(deps, scope), 200);
    })
    .openapi(detail, async (context) => {
      const { project, version } = context.req.valid("param");
      const found = await describeRelease(deps, await scopeOf(project, context.req.valid("query")), version);
      if (found === undefined) throw noSuchRelease(version);
      return context.json(found, 200);
    });
}

const noSuchRelease = (version: string) =>
  new Problem(404, "No such thing", {
    detail: `There is no release ${JSON.stringify(version)}: it was neither declared nor seen in an event`,
  });
