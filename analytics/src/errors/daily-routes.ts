import { createRoute } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { rangeQuery, toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { blockedDaily, countDaily } from "./daily.ts";

const daily = createRoute({
  method: "get",
  path: "/projects/{project}/errors/daily",
  tags: ["errors"],
  summary: "Transactions that errors ended, by day, beside the project's goal",
  middleware: needs("read"),
  request: { params: projectParam, query: rangeQuery },
  responses: { 200: json(blockedDaily.openapi("BlockedDaily"), "The days, the oldest first"), ...problems },
});

/** The count of blocked transactions a day, which a project wants to press down. */
export function createDailyRoutes(deps: Deps) {
  return newApi().openapi(daily, async (context) => {
    const { project } = context.req.valid("param");
    const { recoveryWindowSeconds, timeZone, blockedGoalPerDay } = await requireProject(deps.ledger, project);
    const range = toRange(context.req.valid("query"), deps.now());
    const scope = { projectId: project, range, filter: {}, recoveryWindowSeconds };
    const items = await countDaily(deps.warehouse, scope, timeZone);
    return context.json({ items, goal: blockedGoalPerDay, timeZone }, 200);
  });
}
