import { createRoute, z } from "@hono/zod-openapi";
import { conflict, json, jsonBody, needs, problems, projectParam } from "../http/api.ts";
import * as shape from "./issue.ts";

const tags = ["issues"];
const base = "/projects/{project}/issues";
const issueParam = projectParam.extend({ id: z.string().min(1).max(64) });
const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
const issue = shape.issue.meta({ id: "Issue" });
export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "Issues, newest first",
  middleware: needs("read"),
  request: {
    params: projectParam,
    query: page.extend({ state: z.union([shape.issueState, z.literal("open")]).optional() }),
  },
  responses: { 200: json(shape.issueList.meta({ id: "IssueList" }), "A page of issues"), ...problems },
});

export const open = createRoute({
  method: "post",
  path: base,
  tags,
  summary: "Open the issue of an error group by hand",
  middleware: needs("write"),
  request: { params: projectParam, body: jsonBody(shape.issueOpening.meta({ id: "IssueOpening" })) },
  responses: {
    200: json(issue, "The issue that was open already"),
    201: json(issue, "The new issue"),
    ...problems,
  },
});

export const read = createRoute({
  method: "get",
  path: `${base}/{id}`,
  tags,
  summary: "One issue",
  middleware: needs("read"),
  request: { params: issueParam },
  responses: { 200: json(issue, "The issue"), ...problems },
});

export const change = createRoute({
  method: "patch",
  path: `${base}/{id}`,
  tags,
  summary: "Change owner, severity, due date or title",
  middleware: needs("write"),
  request: { params: issueParam, body: jsonBody(shape.issueChange.meta({ id: "IssueChange" })) },
  responses: { 200: json(issue, "The issue as it is now"), ...problems, ...conflict },
});

export const transition = createRoute({
  method: "post",
  path: `${base}/{id}/transitions`,
  tags,
  summary: "Move an issue to another state",
  middleware: needs("write"),
  request: { params: issueParam, body: jsonBody(shape.issueTransition.meta({ id: "IssueTransition" })) },
  responses: { 200: json(issue, "The issue as it is now"), ...problems, ...conflict },
});

export const comment = createRoute({
  method: "post",
  path: `${base}/{id}/comments`,
  tags,
  summary: "Comment on an issue",
  middleware: needs("write"),
  request: { params: issueParam, body: jsonBody(shape.issueComment.meta({ id: "IssueComment" })) },
  responses: { 201: json(issue, "The issue, whose timeline has the comment"), ...problems },
});

export const verificationOf = createRoute({
  method: "get",
  path: `${base}/{id}/verification`,
  tags,
  summary: "Whether the release fixed it: plan, looks and verdict",
  middleware: needs("read"),
  request: { params: issueParam },
  responses: {
    200: json(shape.verification.meta({ id: "Verification" }), "The latest verification"),
    ...problems,
  },
});

export const timelineOf = createRoute({
  method: "get",
  path: `${base}/{id}/timeline`,
  tags,
  summary: "Every change and who made it, oldest first",
  middleware: needs("read"),
  request: { params: issueParam, query: page.extend({ limit: page.shape.limit.default(200) }) },
  responses: { 200: json(shape.timeline.meta({ id: "Timeline" }), "A page of the timeline"), ...problems },
});

export const customers = createRoute({
  method: "get",
  path: `${base}/{id}/customers`,
  tags,
  summary: "The customers it blocked in the last 90 days, the latest first",
  middleware: needs("read"),
  request: {
    params: issueParam,
    query: page.extend({ limit: z.coerce.number().int().min(1).max(1000).default(100) }),
  },
  responses: {
    200: json(shape.affectedCustomerList.meta({ id: "AffectedCustomerList" }), "A page of customers"),
    ...problems,
  },
});
