import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { actorOf } from "../http/actor-of.ts";
import { conflict, json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { pageQuery } from "../http/cursor.ts";
import { TASK } from "../scheduler/tasks.ts";
import { createTestDelivery, listDeliveries, replayDelivery } from "./delivery.ts";
import { requireWebhook } from "./store.ts";
import { delivery, deliveryList } from "./webhook.ts";

const tags = ["webhooks"];
const params = projectParam.extend({ id: z.uuid() });
const waiting = json(delivery.openapi("Delivery"), "The delivery, to be sent at once");

const test = createRoute({
  method: "post",
  path: "/projects/{project}/webhooks/{id}/test",
  tags,
  summary: "Send a `webhook.test` message to this webhook",
  middleware: needs("write"),
  request: { params },
  responses: { 202: waiting, ...problems, ...conflict },
});

const list = createRoute({
  method: "get",
  path: "/projects/{project}/webhooks/{id}/deliveries",
  tags,
  summary: "The delivery log of a webhook, newest first",
  middleware: needs("read"),
  request: { params, query: pageQuery },
  responses: { 200: json(deliveryList.openapi("DeliveryList"), "Deliveries"), ...problems },
});

const replay = createRoute({
  method: "post",
  path: "/projects/{project}/deliveries/{id}/replay",
  tags,
  summary: "Send a delivery again, under the same webhook-id",
  middleware: needs("write"),
  request: { params },
  responses: { 202: waiting, ...problems, ...conflict },
});

export function createDeliveryRoutes({ ledger, scheduler, now }: Deps) {
  return newApi()
    .openapi(test, async (context) => {
      const webhook = await requireWebhook(ledger, context.req.valid("param"));
      const actor = actorOf(context).name;
      const created = await createTestDelivery(ledger, { webhook, actor, now: now() });
      await scheduler.enqueue(TASK.deliverWebhooks);
      return context.json(created, 202);
    })
    .openapi(list, async (context) => {
      const { id } = await requireWebhook(ledger, context.req.valid("param"));
      const { limit, cursor } = context.req.valid("query");
      return context.json(await listDeliveries(ledger, { webhookId: id, limit, cursor }), 200);
    })
    .openapi(replay, async (context) => {
      const replayed = await replayDelivery(ledger, { ...context.req.valid("param"), now: now() });
      await scheduler.enqueue(TASK.deliverWebhooks);
      return context.json(replayed, 202);
    });
}
