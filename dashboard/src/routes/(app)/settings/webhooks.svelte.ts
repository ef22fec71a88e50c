import type { CreatedWebhook, Delivery, Webhook } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { Paged } from "#paged.svelte.ts";
import { m } from "#paraglide/messages.js";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";

export const EVENT_TYPES = [
  "issue.opened",
  "issue.transitioned",
  "issue.verdict",
] as const satisfies readonly Webhook["eventTypes"][number][];

export interface NewWebhook {
  url: string;
  description: string;
  eventTypes: Webhook["eventTypes"];
}

export class WebhooksTab {
  readonly webhooks: Paged<Webhook>;
  readonly deliveries: Paged<Delivery>;
  created = $state.raw<CreatedWebhook | undefined>();
  /** The webhook whose delivery log is shown. */
  opened = $state.raw<Webhook | undefined>();
  isBusy = $state(false);

  constructor() {
    this.webhooks = new Paged((cursor, signal) =>
      call(session.path("/webhooks"), { query: { cursor }, ...(signal && { signal }) }),
    );
    this.deliveries = new Paged((cursor, signal) =>
      call(session.path(`/webhooks/${this.opened?.id}/deliveries`), {
        query: { cursor, limit: 20 },
        ...(signal && { signal }),
      }),
    );
  }

  create = (wanted: NewWebhook): Promise<boolean> =>
    this.#try(async () => {
      this.created = await call<CreatedWebhook>(session.path("/webhooks"), { method: "POST", body: wanted });
      toasts.good(m.webhook_created());
      await this.webhooks.load();
    });

  setEnabled = (webhook: Webhook, enabled: boolean): Promise<boolean> =>
    this.#try(async () => {
      await call(session.path(`/webhooks/${webhook.id}`), { method: "PATCH", body: { enabled } });
      await this.webhooks.load();
    });

  remove = (webhook: Webhook): Promise<boolean> =>
    this.#try(async () => {
      await call(session.path(`/webhooks/${webhook.id}`), { method: "DELETE" });
      if (this.opened?.id === webhook.id) this.opened = undefined;
      if (this.created?.id === webhook.id) this.created = undefined;
      toasts.good(m.webhook_deleted());
      await this.webhooks.load();
    });

  test = (webhook: Webhook): Promise<boolean> =>
    this.#try(async () => {
      await call(session.path(`/webhooks/${webhook.id}/test`), { method: "POST" });
      toasts.good(m.webhook_tested());
      await this.openLog(webhook);
    });

  replay = (delivery: Delivery): Promise<boolean> =>
    this.#try(async () => {
      await call(session.path(`/deliveries/${delivery.id}/replay`), { method: "POST" });
      toasts.good(m.replayed());
      await this.deliveries.load();
    });

  openLog = async (webhook: Webhook): Promise<void> => {
    const isSame = this.opened?.id === webhook.id;
    this.opened = webhook;
    await (isSame ? this.deliveries.load() : this.deliveries.reload());
  };

  async #try(act: () => Promise<void>): Promise<boolean> {
    this.isBusy = true;
    try {
      await act();
      return true;
    } catch (cause) {
      toasts.bad(sayError(cause));
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}
