import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, jsonBody, needs, newApi, problems, projectParam } from "../http/api.ts";
import { listOf } from "../http/cursor.ts";
import { requireProject } from "../http/require-project.ts";
import { createDeliveryRoutes } from "./delivery-routes.ts";
import { changeWebhook, createWebhook, deleteWebhook, listWebhooks } from "./store.ts";
import { checkTarget } from "./target.ts";
import { createdWebhook, newWebhook, webhook, webhookChange } from "./webhook.ts";

const shared = { tags: ["webhooks"], middleware: needs("admin") };
const webhookSchema = webhook.openapi("Webhook");
const webhookParams = projectParam.extend({ id: z.uuid() });

const list = createRoute({
  ...shared,
  method: "get",
  path: "/projects/{project}/webhooks",
  summary: "Webhooks, newest first",
  request: { params: projectParam },
  responses: { 200: json(listOf(webhookSchema), "Webhooks"), ...problems },
});

const create = createRoute({
  ...shared,
  method: "post",
  path: "/projects/{project}/webhooks",
  summary: "Create a webhook; the answer is the only time its signing secret can be read",
  request: {
    params: projectParam,
    body: jsonBody(newWebhook.openapi("NewWebhook")),
  },
  responses: { 201: json(createdWebhook.openapi("CreatedWebhook"), "The new webhook"), ...problems },
});

const change = createRoute({
  ...shared,
  method: "patch",
  path: "/projects/{project}/webhooks/{id}",
  summary: "Change, disable or enable a webhook",
  request: {
    params: webhookParams,
    body: jsonBody(webhookChange.openapi("WebhookChange")),
  },
  responses: { 200: json(webhookSchema, "The webhook as it is now"), ...problems },
});

const remove = createRoute({
  ...shared,
  method: "delete",
  path: "/projects/{project}/webhooks/{id}",
  summary: "Delete a webhook with its delivery log",
  request: { params: webhookParams },
  responses: { 204: { description: "Deleted" }, ...problems },
});

/** Webhooks: where messages go, and the log of what went. A URL may hold a secret, so only `admin` reads them. */
export function createWebhooksRoutes(deps: Deps) {
  const { ledger, now, allowPrivateWebhooks } = deps;
  return newApi()
    .openapi(list, async (context) => {
      const { id } = await requireProject(ledger, context.req.valid("param").project);
      return context.json({ items: await listWebhooks(ledger, id), nextCursor: null }, 200);
    })
    .openapi(create, async (context) => {
      const { id } = await requireProject(ledger, context.req.valid("param").project);
      const wanted = context.req.valid("json");
      await checkTarget(wanted.url, allowPrivateWebhooks);
      return context.json(await createWebhook(ledger, { ...wanted, projectId: id, now: now() }), 201);
    })
    .openapi(change, async (context) => {
      const wanted = context.req.valid("json");
      if (wanted.url !== undefined) await checkTarget(wanted.url, allowPrivateWebhooks);
      return context.json(await changeWebhook(ledger, context.req.valid("param"), wanted), 200);
    })
    .openapi(remove, async (context) => {
      await deleteWebhook(ledger, context.req.valid("param"));
      return context.body(null, 204);
    })
    .route("/", createDeliveryRoutes(deps));
}
