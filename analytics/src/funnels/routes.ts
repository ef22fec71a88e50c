import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { findSegment } from "../filters/saved-segment.ts";
import { newApi, type ApiEnv } from "../http/api.ts";
import { Problem } from "../http/problem.ts";
import { toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { assertFunnel, assertTrend } from "./assert-funnel.ts";
import { createFunnelCustomersRoutes } from "./customer-routes.ts";
import { explainDrop } from "./explain/explain-drop.ts";
import { whyUnexplainable } from "./explain/explainable.ts";
import { linkFactors } from "./explain/link-factors.ts";
import { createFunnelJourneyRoutes } from "./journey-routes.ts";
import { queryFunnel } from "./query.ts";
import * as route from "./route-definitions.ts";
import { createFunnel, deleteFunnel, listFunnels, readFunnel, replaceFunnel } from "./store.ts";

/** Saved funnels, and questions to any funnel. */
export function createFunnelsRoutes(deps: Deps): OpenAPIHono<ApiEnv> {
  const api = newApi();
  api.route("/", createFunnelCustomersRoutes(deps));
  // Before the saved ones, whose id would be "flows".
  api.route("/", createFunnelJourneyRoutes(deps));
  addSavedFunnels(api, deps);
  api.openapi(route.query, async (context) => {
    const { project } = context.req.valid("param");
    const { segment: segmentId, ...funnel } = context.req.valid("json");
    const { timeZone } = await requireProject(deps.ledger, project);
    const { to } = toRange(funnel, deps.now());
    assertTrend(funnel);
    await assertFunnel(deps.warehouse, funnel);
    const segment = await findSegment(deps, project, { segment: segmentId, to });
    const question = { projectId: project, funnel, timeZone, now: deps.now(), segment };
    return context.json(await queryFunnel(deps.warehouse, question), 200);
  });
  api.openapi(route.explain, async (context) => {
    const { project } = context.req.valid("param");
    const { segment: segmentId, ...query } = context.req.valid("json");
    await requireProject(deps.ledger, project);
    const { to } = toRange(query, deps.now());
    await assertFunnel(deps.warehouse, query);
    const detail = whyUnexplainable(query);
    if (detail !== undefined) throw new Problem(400, "Invalid request", { detail });
    const segment = await findSegment(deps, project, { segment: segmentId, to });
    const question = { projectId: project, query, now: deps.now(), segment };
    const explanation = await explainDrop(deps.warehouse, question);
    return context.json(await linkFactors(deps.ledger, project, explanation), 200);
  });
  return api;
}

function addSavedFunnels(api: OpenAPIHono<ApiEnv>, { ledger, warehouse, now }: Deps): void {
  api.openapi(route.list, async (context) => {
    const { project } = context.req.valid("param");
    await requireProject(ledger, project);
    return context.json({ items: await listFunnels(ledger, project), nextCursor: null }, 200);
  });
  api.openapi(route.create, async (context) => {
    const { project } = context.req.valid("param");
    await requireProject(ledger, project);
    const change = context.req.valid("json");
    await assertFunnel(warehouse, change.definition, "definition.");
    return context.json(await createFunnel(ledger, { ...change, projectId: project, at: now() }), 201);
  });
  api.openapi(route.read, async (context) => {
    const { project, id } = context.req.valid("param");
    const funnel = await readFunnel(ledger, project, id);
    if (funnel === undefined) throw noSuchFunnel(id);
    return context.json(funnel, 200);
  });
  api.openapi(route.replace, async (context) => {
    const { project, id } = context.req.valid("param");
    const change = context.req.valid("json");
    await assertFunnel(warehouse, change.definition, "definition.");
    const funnel = await replaceFunnel(ledger, { ...change, projectId: project, id, at: now() });
    if (funnel === undefined) throw noSuchFunnel(id);
    return context.json(funnel, 200);
  });
  api.openapi(route.remove, async (context) => {
    const { project, id } = context.req.valid("param");
    if (!(await deleteFunnel(ledger, project, id))) throw noSuchFunnel(id);
    return context.body(null, 204);
  });
}

function noSuchFunnel(id: string): Problem {
  return new Problem(404, "No such thing", { detail: `There is no funnel ${JSON.stringify(id)}` });
}
