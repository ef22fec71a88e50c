import type { ApiToken, CreatedApiToken, Scope } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { Paged } from "#paged.svelte.ts";
import { m } from "#paraglide/messages.js";
import { sayError } from "#said.ts";
import { toasts } from "#toasts.svelte.ts";

/** What is common to write keys and api tokens: made once, read once, revoked for good. */
export class Access<Entry extends { id: string; name: string }, Created extends Entry, Wanted> {
  readonly entries: Paged<Entry>;
  /** Shown until the page is left: it cannot be read again. */
  created = $state.raw<Created | undefined>();
  isBusy = $state(false);
  readonly #path: () => string;

  constructor(path: () => string) {
    this.#path = path;
    this.entries = new Paged((cursor, signal) =>
      call(path(), { query: { cursor }, ...(signal && { signal }) }),
    );
  }

  create = async (wanted: Wanted): Promise<boolean> => {
    this.isBusy = true;
    try {
      this.created = await call<Created>(this.#path(), { method: "POST", body: wanted });
      await this.entries.load();
      return true;
    } catch (cause) {
      toasts.bad(sayError(cause));
      return false;
    } finally {
      this.isBusy = false;
    }
  };

  revoke = async (entry: Entry): Promise<void> => {
    try {
      await call(`${this.#path()}/${encodeURIComponent(entry.id)}`, { method: "DELETE" });
      if (this.created?.id === entry.id) this.created = undefined;
      toasts.good(m.revoked({ name: entry.name }));
      await this.entries.load();
    } catch (cause) {
      toasts.bad(sayError(cause));
    }
  };
}

export const openTokens = () =>
  new Access<ApiToken, CreatedApiToken, { name: string; scopes: Scope[] }>(() => "/tokens");
