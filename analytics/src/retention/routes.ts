import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { assertRegexes } from "../filters/assert-regexes.ts";
import { findSegment } from "../filters/saved-segment.ts";
import { json, jsonBody, needs, newApi, problems, projectParam, type ApiEnv } from "../http/api.ts";
import { toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { queryExposure } from "./exposure-query.ts";
import { exposureQuery, exposureResult } from "./exposure.ts";
import { queryFrequency } from "./frequency-query.ts";
import { frequencyQuery, frequencyResult } from "./frequency.ts";
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

const frequency = createRoute({
  method: "post",
  path: "/projects/{project}/retention/frequency/query",
  tags: ["retention"],
  summary: "How often customers are active, and who is new, stays, comes back or stays away",
  middleware: needs("read"),
  request: { params: projectParam, body: jsonBody(frequencyQuery.meta({ id: "FrequencyQuery" })) },
  responses: {
    200: json(frequencyResult.meta({ id: "FrequencyResult" }), "Lifecycle by period, and stickiness"),
    ...problems,
  },
});

const exposure = createRoute({
  method: "post",
  path: "/projects/{project}/retention/exposure/query",
  tags: ["retention"],
  summary: "Whether customers who met an error return less than others who were as active",
  middleware: needs("read"),
  request: { params: projectParam, body: jsonBody(exposureQuery.meta({ id: "ExposureQuery" })) },
  responses: {
    200: json(exposureResult.meta({ id: "ExposureResult" }), "Both shares and their difference"),
    ...problems,
  },
});

export function createRetentionRoutes(deps: Deps): OpenAPIHono<ApiEnv> {
  const frameOf = async (project: string, range: { from: string; to: string }) => {
    const { timeZone } = await requireProject(deps.ledger, project);
    const now = deps.now();
    toRange(range, now);
    return { projectId: project, timeZone, now };
  };
  const api = newApi();
  api.openapi(query, async (context) => {
    const question = context.req.valid("json");
    const frame = await frameOf(context.req.valid("param").project, question);
    await assertRegexes(deps.warehouse, question.start.where, "start.where");
    await assertRegexes(deps.warehouse, question.returning.where, "returning.where");
    const to = new Date(question.to);
    const segment = await findSegment(deps, frame.projectId, { segment: question.segment, to });
    const of = { ...frame, query: question, segment };
    return context.json(await queryRetention(deps.warehouse, of), 200);
  });
  api.openapi(frequency, async (context) => {
    const question = context.req.valid("json");
    const frame = await frameOf(context.req.valid("param").project, question);
    await assertRegexes(deps.warehouse, question.activity.where, "activity.where");
    return context.json(await queryFrequency(deps.warehouse, { ...frame, query: question }), 200);
  });
  api.openapi(exposure, async (context) => {
    const question = context.req.valid("json");
    const frame = await frameOf(context.req.valid("param").project, question);
    return context.json(await queryExposure(deps.warehouse, { ...frame, query: question }), 200);
  });
  return api;
}
