import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, needs, newApi, problems, projectParam, type ApiEnv } from "../http/api.ts";
import { rangeQuery, toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { experienceIndex, experienceSegments, segmentColumn, trendStep } from "./experience-index.ts";
import { reportIndex, reportSegments } from "./index-report.ts";

const index = createRoute({
  method: "get",
  path: "/projects/{project}/experience",
  tags: ["experience"],
  summary: "The experience index, its parts, what changed it, and its course",
  middleware: needs("read"),
  request: {
    params: projectParam,
    query: rangeQuery.extend({ by: trendStep.default("day") }),
  },
  responses: {
    200: json(experienceIndex.meta({ id: "ExperienceIndex" }), "0 to 100, with every part"),
    ...problems,
  },
});

const segments = createRoute({
  method: "get",
  path: "/projects/{project}/experience/segments",
  tags: ["experience"],
  summary: "The experience index of each channel, audience, system, release or region",
  middleware: needs("read"),
  request: {
    params: projectParam,
    query: rangeQuery.extend({ column: segmentColumn.default("channel") }),
  },
  responses: {
    200: json(experienceSegments.meta({ id: "ExperienceSegments" }), "The largest first"),
    ...problems,
  },
});

export function createIndexRoutes({ warehouse, ledger, now }: Deps): OpenAPIHono<ApiEnv> {
  const api = newApi();
  const questionOf = async (
    projectId: string,
    query: { from?: string | undefined; to?: string | undefined },
  ) => {
    const { timeZone, experienceWeights, experienceGoal } = await requireProject(ledger, projectId);
    const range = toRange(query, now());
    return { projectId, timeZone, range, weights: experienceWeights, goal: experienceGoal };
  };
  api.openapi(index, async (context) => {
    const query = context.req.valid("query");
    const question = await questionOf(context.req.valid("param").project, query);
    return context.json(await reportIndex(warehouse, { ...question, by: query.by }), 200);
  });
  api.openapi(segments, async (context) => {
    const query = context.req.valid("query");
    const question = await questionOf(context.req.valid("param").project, query);
    return context.json(await reportSegments(warehouse, { ...question, column: query.column }), 200);
  });
  return api;
}
