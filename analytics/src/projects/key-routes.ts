import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, jsonBody, needs, newApi, problems, projectParam } from "../http/api.ts";
import { listOf } from "../http/cursor.ts";
import { Problem } from "../http/problem.ts";
import { requireProject } from "../http/require-project.ts";
import { createdWriteKey, newWriteKey, writeKey } from "./project.ts";
import { addWriteKey, listWriteKeys, revokeWriteKey } from "./write-key.ts";

const tags = ["projects"];

const listKeys = createRoute({
  method: "get",
  path: "/projects/{project}/keys",
  tags,
  summary: "Write keys, newest first; the keys themselves are not stored",
  middleware: needs("read"),
  request: { params: projectParam },
  responses: { 200: json(listOf(writeKey.openapi("WriteKey")), "Write keys"), ...problems },
});

const createKey = createRoute({
  method: "post",
  path: "/projects/{project}/keys",
  tags,
  summary: "Create a write key; the answer is the only time it can be read",
  middleware: needs("admin"),
  request: {
    params: projectParam,
    body: jsonBody(newWriteKey.openapi("NewWriteKey")),
  },
  responses: { 201: json(createdWriteKey.openapi("CreatedWriteKey"), "The new key"), ...problems },
});

const revokeKey = createRoute({
  method: "delete",
  path: "/projects/{project}/keys/{id}",
  tags,
  summary: "Revoke a write key for good",
  middleware: needs("admin"),
  request: { params: projectParam.extend({ id: z.uuid() }) },
  responses: { 204: { description: "Revoked" }, ...problems },
});

/** The write keys with which a project's apps send events. */
export function createKeyRoutes({ ledger, now }: Deps) {
  return newApi()
    .openapi(listKeys, async (context) => {
      const { id } = await requireProject(ledger, context.req.valid("param").project);
      return context.json({ items: await listWriteKeys(ledger, id), nextCursor: null }, 200);
    })
    .openapi(createKey, async (context) => {
      const { id } = await requireProject(ledger, context.req.valid("param").project);
      const { name } = context.req.valid("json");
      return context.json(await addWriteKey(ledger, { projectId: id, name, now: now() }), 201);
    })
    .openapi(revokeKey, async (context) => {
      const { project, id } = context.req.valid("param");
      const isKnown = await revokeWriteKey(ledger, { projectId: project, id, now: now() });
      if (!isKnown) throw new Problem(404, "No such thing", { detail: "There is no such write key." });
      return context.body(null, 204);
    });
}
