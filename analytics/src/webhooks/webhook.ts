import { z } from "zod";

export const EVENT_TYPES = ["issue.opened", "issue.transitioned", "issue.verdict", "webhook.test"] as const;
export const eventType = z.enum(EVENT_TYPES);

export const webhook = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  eventTypes: z.array(eventType),
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  createdAt: z.iso.datetime(),
});
export type Webhook = z.infer<typeof webhook>;

export const newWebhook = z.object({
  url: z.url({ protocol: /^https?$/ }).max(2048),
  description: z.string().max(200).default(""),
  eventTypes: z.array(eventType).default([]),
});

/** PATCH: what is left out stays; enabling one that was disabled forgets why. */
export const webhookChange = z.object({
  url: newWebhook.shape.url.optional(),
  description: z.string().max(200).optional(),
  eventTypes: z.array(eventType).optional(),
  enabled: z.boolean().optional(),
});
export type WebhookChange = z.infer<typeof webhookChange>;

/** The signing secret is shown once, when the webhook is created. */
export const createdWebhook = webhook.extend({ secret: z.string() });
export type CreatedWebhook = z.infer<typeof createdWebhook>;

export const delivery = z.object({
  id: z.string(),
  messageId: z.string(),
  type: z.string(),
  state: z.enum(["pending", "succeeded", "failed"]),
  attempts: z.number().int(),
  nextAttemptAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  lastDurationMs: z.number().int().nullable(),
});
export type Delivery = z.infer<typeof delivery>;
export const deliveryList = z.object({ items: z.array(delivery), nextCursor: z.string().nullable() });
