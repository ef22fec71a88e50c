import { createRoute, z } from "@hono/zod-openapi";
import { stream } from "hono/streaming";
import type { Deps } from "../deps.ts";
import { findSegment } from "../filters/saved-segment.ts";
import { actorOf } from "../http/actor-of.ts";
import { json, jsonBody, needs, newApi, problems, projectParam } from "../http/api.ts";
import { csvLine } from "../http/csv.ts";
import { noteExport } from "../http/note-export.ts";
import { toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { assertFunnel, refuse } from "./assert-funnel.ts";
import * as shape from "./customer.ts";
import { listCustomers } from "./customers.ts";

const tags = ["funnels"];
const base = "/projects/{project}/funnels";
const PAGE = 20_000;

const list = createRoute({
  method: "post",
  path: `${base}/customers`,
  tags,
  summary: "The customers behind a number of a step, the latest to start first",
  middleware: needs("read"),
  request: {
    params: projectParam,
    body: jsonBody(shape.customersPageQuery.meta({ id: "FunnelCustomersQuery" })),
  },
  responses: { 200: json(shape.funnelCustomerList.meta({ id: "FunnelCustomers" }), "A page"), ...problems },
});

const exported = createRoute({
  method: "post",
  path: `${base}/customers/export`,
  tags,
  summary: "All of them as CSV; the project's exports tell who had it",
  middleware: needs("read"),
  request: {
    params: projectParam,
    body: jsonBody(shape.customersQuery.meta({ id: "FunnelCustomersExport" })),
  },
  responses: {
    200: { description: "One line a customer", content: { "text/csv": { schema: z.string() } } },
    ...problems,
  },
});

/** Who is behind a number of a funnel: as a list, and as a file. */
export function createFunnelCustomersRoutes(deps: Deps) {
  const questionOf = async (projectId: string, query: shape.CustomersQuery) => {
    await requireProject(deps.ledger, projectId);
    const { to } = toRange(query, deps.now());
    await assertFunnel(deps.warehouse, query);
    assertStep(query);
    const segment = await findSegment(deps, projectId, { segment: query.segment, to });
    return { projectId, query, segment, now: deps.now() };
  };
  return newApi()
    .openapi(list, async (context) => {
      const { project } = context.req.valid("param");
      const { limit, cursor, ...query } = context.req.valid("json");
      const question = { ...(await questionOf(project, query)), limit, cursor };
      return context.json(await listCustomers(deps.warehouse, question), 200);
    })
    .openapi(exported, async (context) => {
      const { project } = context.req.valid("param");
      const query = context.req.valid("json");
      const question = { ...(await questionOf(project, query)), limit: PAGE };
      // Before the first line leaves, so that nothing leaves that is not told.
      const { name: actor } = actorOf(context);
      await noteExport(deps, { projectId: project, actor, subject: "funnel", question: query });
      context.header("content-type", "text/csv; charset=utf-8");
      context.header("content-disposition", 'attachment; filename="funnel-customers.csv"');
      return stream(context, async (file) => {
        await file.write(HEAD);
        let cursor: string | undefined;
        do {
          const page = await listCustomers(deps.warehouse, { ...question, cursor });
          await file.write(page.items.map(toLine).join(""));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined && !file.aborted);
      });
    });
}

/** With the mark that makes spreadsheets read UTF-8. */
const HEAD = `\uFEFF${csvLine(["id", "startedAt", "stepAt", "nextAt"])}`;

const toLine = ({ id, startedAt, stepAt, nextAt }: shape.FunnelCustomer) =>
  csvLine([id, startedAt, stepAt, nextAt ?? ""]);

function assertStep({ steps, step, which, value, breakdown }: shape.CustomersQuery): void {
  if (step > steps.length) refuse([{ field: "step", reason: `must be one of the ${steps.length} steps` }]);
  if (step === steps.length && which !== "entered")
    refuse([{ field: "which", reason: "is only `entered` of the last step" }]);
  if (value !== undefined && breakdown === undefined)
    refuse([{ field: "value", reason: "means nothing without `breakdown`" }]);
}
