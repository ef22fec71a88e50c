import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { Problem } from "../http/problem.ts";
import { requireProject } from "../http/require-project.ts";
import { errorPath, findPath } from "./path.ts";

const path = createRoute({
  method: "get",
  path: "/projects/{project}/errors/{fingerprint}/path",
  tags: ["errors"],
  summary: "What the customer of a sample did before and after it",
  middleware: needs("read"),
  request: {
    params: projectParam.extend({ fingerprint: z.string().min(1).max(64) }),
    query: z.object({ eventId: z.string().min(1).max(200), time: z.iso.datetime() }),
  },
  responses: { 200: json(errorPath.openapi("ErrorPath"), "The events, in their order"), ...problems },
});

/** What customers did around the samples of an error group. */
export function createPathRoutes(deps: Deps) {
  const api = newApi();
  api.openapi(path, async (context) => {
    const { project, fingerprint } = context.req.valid("param");
    const { eventId, time } = context.req.valid("query");
    await requireProject(deps.ledger, project);
    const question = { projectId: project, fingerprint, eventId, time: new Date(time) };
    const found = await findPath(deps.warehouse, question);
    if (found === undefined) throw noSuchSample(eventId);
    return context.json(found, 200);
  });
  return api;
}

function noSuchSample(eventId: string): Problem {
  return new Problem(404, "No such thing", {
    detail: `The error group has no event ${JSON.stringify(eventId)} at that time`,
  });
}
