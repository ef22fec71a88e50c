import { createRoute } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, jsonBody, needs, newApi, problems, projectParam } from "../http/api.ts";
import { rangeQuery, toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { assertFunnel } from "./assert-funnel.ts";
import * as shape from "./customer.ts";
import { flowFunnelList } from "./flow.ts";
import { listFlows } from "./flows.ts";
import { explainCustomer } from "./journey.ts";

const tags = ["funnels"];
const base = "/projects/{project}/funnels";

const flows = createRoute({
  method: "get",
  path: `${base}/flows`,
  tags,
  summary: "The project's flows, each with a funnel of its steps, ready to be asked",
  middleware: needs("read"),
  request: { params: projectParam, query: rangeQuery },
  responses: { 200: json(flowFunnelList.meta({ id: "FlowFunnels" }), "All of them"), ...problems },
});

const journey = createRoute({
  method: "post",
  path: `${base}/customer`,
  tags,
  summary: "Why one customer is counted where they are",
  middleware: needs("read"),
  request: {
    params: projectParam,
    body: jsonBody(shape.customerQuery.meta({ id: "FunnelCustomerQuery" })),
  },
  responses: {
    200: json(
      shape.customerJourney.meta({ id: "FunnelCustomerJourney" }),
      "The events of each step, the window, and what ended it",
    ),
    ...problems,
  },
});

/** Funnels that need no configuration, and why one customer is where they are in any. */
export function createFunnelJourneyRoutes(deps: Deps) {
  return newApi()
    .openapi(flows, async (context) => {
      const { project } = context.req.valid("param");
      const { recoveryWindowSeconds: windowSeconds } = await requireProject(deps.ledger, project);
      const range = toRange(context.req.valid("query"), deps.now());
      const items = await listFlows(deps.warehouse, { projectId: project, range, windowSeconds });
      return context.json({ items, nextCursor: null }, 200);
    })
    .openapi(journey, async (context) => {
      const { project } = context.req.valid("param");
      const query = context.req.valid("json");
      await requireProject(deps.ledger, project);
      toRange(query, deps.now());
      await assertFunnel(deps.warehouse, query);
      const question = { projectId: project, query, now: deps.now() };
      return context.json(await explainCustomer(deps.warehouse, question), 200);
    });
}
