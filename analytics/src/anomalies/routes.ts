import { createRoute } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { requireProject } from "../http/require-project.ts";
import { anomalyList } from "./anomaly.ts";
import { listAnomalies } from "./store.ts";

const list = createRoute({
  method: "get",
  path: "/projects/{project}/anomalies",
  tags: ["anomalies"],
  summary: "Errors that stop more customers than expected now, or are new, with the expected range",
  middleware: needs("read"),
  request: { params: projectParam },
  responses: { 200: json(anomalyList.meta({ id: "AnomalyList" }), "Newest first"), ...problems },
});

export function createAnomaliesRoutes(deps: Deps) {
  return newApi().openapi(list, async (context) => {
    const { project } = context.req.valid("param");
    await requireProject(deps.ledger, project);
    return context.json({ items: await listAnomalies(deps.ledger, project), nextCursor: null }, 200);
  });
}
