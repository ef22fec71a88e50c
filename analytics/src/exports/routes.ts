import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { schema } from "@voxloop/ledger";
import { and, desc, eq, lt } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import { json, needs, newApi, problems, projectParam, type ApiEnv } from "../http/api.ts";
import { decodeCursor, encodeCursor, listOf, pageQuery } from "../http/cursor.ts";
import { requireProject } from "../http/require-project.ts";
import { customerExport } from "./export.ts";

const list = createRoute({
  method: "get",
  path: "/projects/{project}/exports",
  tags: ["exports"],
  summary: "Who took lists of customers out, the latest first",
  middleware: needs("admin"),
  request: { params: projectParam, query: pageQuery },
  responses: {
    200: json(
      listOf(customerExport.meta({ id: "CustomerExport" })).meta({ id: "CustomerExports" }),
      "A page",
    ),
    ...problems,
  },
});

const position = z.object({ before: z.number().int() });

export function createExportsRoutes({ ledger }: Deps): OpenAPIHono<ApiEnv> {
  return newApi().openapi(list, async (context) => {
    const { project } = context.req.valid("param");
    const { limit, cursor } = context.req.valid("query");
    await requireProject(ledger, project);
    const { customerExports: exports } = schema;
    const isLater = cursor === undefined ? undefined : lt(exports.id, decodeCursor(cursor, position).before);
    const rows = await ledger.db
      .select()
      .from(exports)
      .where(and(eq(exports.projectId, project), isLater))
      .orderBy(desc(exports.id))
      .limit(limit + 1);
    const items = rows
      .slice(0, limit)
      .map(({ at, ...row }) => customerExport.parse({ ...row, at: at.toISOString() }));
    const last = items.at(-1);
    const nextCursor = rows.length > limit && last ? encodeCursor({ before: last.id }) : null;
    return context.json({ items, nextCursor }, 200);
  });
}
