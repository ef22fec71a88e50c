import { createRoute, z } from "@hono/zod-openapi";
import { stream } from "hono/streaming";
import type { Deps } from "../deps.ts";
import { actorOf } from "../http/actor-of.ts";
import { json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { csvLine } from "../http/csv.ts";
import { pageQuery } from "../http/cursor.ts";
import { noteExport } from "../http/note-export.ts";
import { rangeQuery, toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { errorCustomerList, listCustomers, type CustomersQuestion } from "./customers.ts";
import { groupOf, noteChange } from "./groups/row.ts";
import { findSegment } from "../filters/saved-segment.ts";
import { segmentId } from "../filters/segment.ts";

const PAGE = 5_000;

const asked = rangeQuery.extend({
  blocked: z.stringbool().default(false).openapi({ description: "Only those whom it blocked" }),
  segment: segmentId,
});
const params = projectParam.extend({ fingerprint: z.string().min(1).max(64) });

const list = createRoute({
  method: "get",
  path: "/projects/{project}/errors/{fingerprint}/customers",
  tags: ["errors"],
  summary: "The customers who met an error, the latest first",
  middleware: needs("read"),
  request: { params, query: asked.extend(pageQuery.shape) },
  responses: { 200: json(errorCustomerList.meta({ id: "ErrorCustomers" }), "A page"), ...problems },
});

const exported = createRoute({
  method: "get",
  path: "/projects/{project}/errors/{fingerprint}/customers.csv",
  tags: ["errors"],
  summary: "All of them as CSV; the group's history tells who had it",
  middleware: needs("read"),
  request: { params, query: asked },
  responses: {
    200: { description: "One line a customer", content: { "text/csv": { schema: z.string() } } },
    ...problems,
  },
});

/** Who met an error: as a list, and as a file. */
export function createCustomersRoutes(deps: Deps) {
  const scopeOf = async (
    { project, fingerprint }: z.infer<typeof params>,
    query: z.infer<typeof asked>,
  ): Promise<Omit<CustomersQuestion, "limit">> => {
    const { recoveryWindowSeconds } = await requireProject(deps.ledger, project);
    const group = await groupOf(deps.ledger, { projectId: project, fingerprint });
    const range = toRange(query, deps.now());
    const segment = await findSegment(deps, project, { segment: query.segment, to: range.to });
    const scope = { projectId: project, range, filter: {}, recoveryWindowSeconds, segment };
    return { ...scope, fingerprints: [group], onlyBlocked: query.blocked };
  };
  return newApi()
    .openapi(list, async (context) => {
      const { limit, cursor, ...query } = context.req.valid("query");
      const scope = await scopeOf(context.req.valid("param"), query);
      return context.json(await listCustomers(deps.warehouse, { ...scope, limit, cursor }), 200);
    })
    .openapi(exported, async (context) => {
      const scope = await scopeOf(context.req.valid("param"), context.req.valid("query"));
      // Before the first line leaves, so that nothing leaves that is not told.
      await tellExport(deps, scope, actorOf(context).name);
      context.header("content-type", "text/csv; charset=utf-8");
      context.header("content-disposition", 'attachment; filename="customers.csv"');
      return stream(context, async (file) => {
        await file.write(HEAD);
        let cursor: string | undefined;
        do {
          const page = await listCustomers(deps.warehouse, { ...scope, limit: PAGE, cursor });
          await file.write(page.items.map((item) => csvLine(Object.values(item))).join(""));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined && !file.aborted);
      });
    });
}

/** With the mark that makes spreadsheets read UTF-8. */
const HEAD = `\uFEFF${csvLine(["customerId", "events", "blocked", "lastAt", "release", "channel"])}`;

async function tellExport(deps: Deps, scope: Omit<CustomersQuestion, "limit">, actor: string): Promise<void> {
  const [fingerprint = ""] = scope.fingerprints ?? [];
  const { from, to } = scope.range;
  const data = { from: from.toISOString(), to: to.toISOString(), onlyBlocked: scope.onlyBlocked };
  const key = { projectId: scope.projectId, fingerprint };
  await noteChange(deps.ledger.db, key, { at: deps.now(), actor, kind: "exported", data });
  await noteExport(deps, {
    projectId: scope.projectId,
    actor,
    subject: "error",
    question: { fingerprint, ...data },
  });
}
