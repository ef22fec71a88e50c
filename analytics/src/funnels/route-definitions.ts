import { createRoute, z } from "@hono/zod-openapi";
import { json, jsonBody, needs, problems, projectParam } from "../http/api.ts";
import { explainQuestion, funnelExplanation } from "./explain/explanation.ts";
import * as shape from "./funnel.ts";

const tags = ["funnels"];
const base = "/projects/{project}/funnels";
const funnelParam = projectParam.extend({ id: z.uuid() });
const funnel = shape.savedFunnel.meta({ id: "SavedFunnel" });
export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "Saved funnels, by name",
  middleware: needs("read"),
  request: { params: projectParam },
  responses: { 200: json(shape.funnelList.meta({ id: "FunnelList" }), "All of them"), ...problems },
});

export const create = createRoute({
  method: "post",
  path: base,
  tags,
  summary: "Save a funnel",
  middleware: needs("write"),
  request: { params: projectParam, body: jsonBody(shape.funnelChange.meta({ id: "FunnelChange" })) },
  responses: { 201: json(funnel, "The saved funnel"), ...problems },
});

export const read = createRoute({
  method: "get",
  path: `${base}/{id}`,
  tags,
  summary: "One saved funnel",
  middleware: needs("read"),
  request: { params: funnelParam },
  responses: { 200: json(funnel, "The funnel"), ...problems },
});

export const replace = createRoute({
  method: "put",
  path: `${base}/{id}`,
  tags,
  summary: "Replace a saved funnel",
  middleware: needs("write"),
  request: { params: funnelParam, body: jsonBody(shape.funnelChange.meta({ id: "FunnelChange" })) },
  responses: { 200: json(funnel, "The funnel as it is now"), ...problems },
});

export const remove = createRoute({
  method: "delete",
  path: `${base}/{id}`,
  tags,
  summary: "Delete a saved funnel",
  middleware: needs("write"),
  request: { params: funnelParam },
  responses: { 204: { description: "It is gone" }, ...problems },
});

export const query = createRoute({
  method: "post",
  path: `${base}/query`,
  tags,
  summary: "How many reach each step, and how fast",
  middleware: needs("read"),
  request: { params: projectParam, body: jsonBody(shape.funnelQuestion.meta({ id: "FunnelQuery" })) },
  responses: { 200: json(shape.funnelResult.meta({ id: "FunnelResult" }), "The funnel"), ...problems },
});

export const explain = createRoute({
  method: "post",
  path: `${base}/explain`,
  tags,
  summary: "What separates those who dropped after a step from those who went on",
  middleware: needs("read"),
  request: { params: projectParam, body: jsonBody(explainQuestion.meta({ id: "ExplainQuery" })) },
  responses: {
    200: json(
      funnelExplanation.meta({ id: "FunnelExplanation" }),
      "Factors, the significant first, then the costliest",
    ),
    ...problems,
  },
});
