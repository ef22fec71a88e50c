import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { conflict, json, jsonBody, needs, newApi, problems, projectParam } from "../http/api.ts";
import { listOf } from "../http/cursor.ts";
import { requireProject } from "../http/require-project.ts";
import { addWriteKey, changeWriteKey, listWriteKeys, revokeWriteKey, rotateWriteKey } from "./key-store.ts";
import { createdWriteKey, newWriteKey, rotation, writeKey, writeKeyChange } from "./write-key.ts";

const tags = ["projects"];
const keyParam = projectParam.extend({ id: z.uuid() });
const writeKeySchema = writeKey.openapi("WriteKey");
const createdSchema = createdWriteKey.openapi("CreatedWriteKey");

const listKeys = createRoute({
  method: "get",
  path: "/projects/{project}/keys",
  tags,
  summary: "Write keys, newest first; the keys themselves are not stored",
  middleware: needs("read"),
  request: { params: projectParam },
  responses: { 200: json(listOf(writeKeySchema), "Write keys"), ...problems },
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
  responses: { 201: json(createdSchema, "The new key"), ...problems },
});

const changeKey = createRoute({
  method: "patch",
  path: "/projects/{project}/keys/{id}",
  tags,
  summary: "Change a write key's name, scopes, limits or expiry; collectors follow within ten seconds",
  middleware: needs("admin"),
  request: { params: keyParam, body: jsonBody(writeKeyChange.openapi("WriteKeyChange")) },
  responses: { 200: json(writeKeySchema, "The key"), ...problems, ...conflict },
});

const rotateKey = createRoute({
  method: "post",
  path: "/projects/{project}/keys/{id}/rotate",
  tags,
  summary: "Replace a write key by a new one with the same scopes; the old one works for a grace period",
  middleware: needs("admin"),
  request: {
    params: keyParam,
    body: { ...jsonBody(rotation.openapi("WriteKeyRotation")), required: false },
  },
  responses: { 201: json(createdSchema, "The new key"), ...problems, ...conflict },
});

const revokeKey = createRoute({
  method: "delete",
  path: "/projects/{project}/keys/{id}",
  tags,
  summary: "Revoke a write key for good",
  middleware: needs("admin"),
  request: { params: keyParam },
  responses: { 204: { description: "Revoked" }, ...problems },
});

/** The write keys with which a project's apps send events. */
export function createKeyRoutes({ ledger, now }: Deps) {
  const keyOf = ({ project, id }: { project: string; id: string }) => ({
    projectId: project,
    id,
    now: now(),
  });
  return newApi()
    .openapi(listKeys, async (context) => {
      const { id } = await requireProject(ledger, context.req.valid("param").project);
      return context.json({ items: await listWriteKeys(ledger, id), nextCursor: null }, 200);
    })
    .openapi(createKey, async (context) => {
      const { id } = await requireProject(ledger, context.req.valid("param").project);
      const wanted = context.req.valid("json");
      return context.json(await addWriteKey(ledger, { ...wanted, projectId: id, now: now() }), 201);
    })
    .openapi(changeKey, async (context) => {
      const key = keyOf(context.req.valid("param"));
      return context.json(await changeWriteKey(ledger, key, context.req.valid("json")), 200);
    })
    .openapi(rotateKey, async (context) => {
      const key = keyOf(context.req.valid("param"));
      // Without a body nothing was validated, and so no default was filled in.
      const { graceSeconds } = rotation.parse(context.req.valid("json") ?? {});
      return context.json(await rotateWriteKey(ledger, key, graceSeconds), 201);
    })
    .openapi(revokeKey, async (context) => {
      await revokeWriteKey(ledger, keyOf(context.req.valid("param")));
      return context.body(null, 204);
    });
}
