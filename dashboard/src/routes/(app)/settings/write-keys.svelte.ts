import type { CreatedWriteKey, NewWriteKey, WriteKey, WriteKeyChange } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";
import { Access } from "./access.svelte.ts";

export class WriteKeys extends Access<WriteKey, CreatedWriteKey, NewWriteKey> {
  constructor() {
    super(() => session.path("/keys"));
  }

  change = (entry: WriteKey, change: WriteKeyChange): Promise<boolean> =>
    this.#try(async () => {
      await call(this.#pathOf(entry), { method: "PATCH", body: change });
      toasts.good(m.key_saved({ name: entry.name }));
    });

  rotate = (entry: WriteKey, graceSeconds: number): Promise<boolean> =>
    this.#try(async () => {
      const path = `${this.#pathOf(entry)}/rotate`;
      this.created = await call<CreatedWriteKey>(path, { method: "POST", body: { graceSeconds } });
    });

  #pathOf(entry: WriteKey): string {
    return session.path(`/keys/${encodeURIComponent(entry.id)}`);
  }

  async #try(act: () => Promise<void>): Promise<boolean> {
    this.isBusy = true;
    try {
      await act();
      await this.entries.load();
      return true;
    } catch (cause) {
      toasts.bad(sayError(cause));
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}

/** What a form holds of a key. */
export interface KeyDraft {
  name: string;
  origins: string;
  environments: string;
  perSecond: number | null;
  perDay: number | null;
}

export function draftOf(entry?: WriteKey): KeyDraft {
  return {
    name: entry?.name ?? "",
    origins: entry?.allowedOrigins.join("\n") ?? "",
    environments: entry?.environments.join("\n") ?? "",
    perSecond: entry?.eventsPerSecond ?? null,
    perDay: entry?.eventsPerDay ?? null,
  };
}

export function wantedOf(draft: KeyDraft): NewWriteKey {
  return {
    name: draft.name.trim(),
    allowedOrigins: linesOf(draft.origins),
    environments: linesOf(draft.environments),
    eventsPerSecond: draft.perSecond ?? null,
    eventsPerDay: draft.perDay ?? null,
  };
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

export type KeyState = "active" | "expiring" | "expired" | "revoked";

export function stateOf({ revokedAt, expiresAt }: WriteKey, now: Date): KeyState {
  if (revokedAt !== null) return "revoked";
  if (expiresAt === null) return "active";
  return new Date(expiresAt) <= now ? "expired" : "expiring";
}
