import type { Archiving, ErrorGroupState } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { Resource } from "#resource.svelte.ts";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts, type Toast } from "#toasts.svelte.ts";

type Undo = () => Promise<void>;

/** What an error group is made of, and what can be decided about it. */
export class GroupDecisions {
  readonly state: Resource<ErrorGroupState>;
  isBusy = $state(false);
  readonly #fingerprint: () => string;
  readonly #onchange: () => Promise<void>;

  /** `onchange` is told of what changes the group's numbers. */
  constructor(fingerprint: () => string, onchange: () => Promise<void>) {
    this.#fingerprint = fingerprint;
    this.#onchange = onchange;
    this.state = new Resource((signal) => call(this.#path("group"), { signal }));
  }

  archive = (archiving: Archiving): Promise<boolean> =>
    this.#decide(m.group_archived(), {
      run: () => call(this.#path("archive"), { method: "PUT", body: archiving }),
      undo: this.list,
    });

  list = async (): Promise<void> => {
    await this.#decide(m.group_listed(), { run: () => call(this.#path("archive"), { method: "DELETE" }) });
  };

  discard = (): Promise<boolean> =>
    this.#decide(m.group_discarded(), { run: () => call(this.#path("discard"), { method: "PUT" }) });

  keep = async (): Promise<void> => {
    await this.#decide(m.group_kept(), { run: () => call(this.#path("discard"), { method: "DELETE" }) });
  };

  merge = async (fingerprints: string[]): Promise<boolean> => {
    let moved: string[][] = [];
    return this.#decide(m.group_merged(), {
      run: async () => {
        const body = { fingerprints };
        const answer = await call<{ moved: Record<string, string[]> }>(this.#path("merge"), {
          method: "POST",
          body,
        });
        moved = Object.values(answer.moved);
      },
      undo: async () => {
        for (const together of moved) await this.unmerge(together);
      },
    });
  };

  unmerge = async (fingerprints: string[]): Promise<void> => {
    await this.#decide(m.group_unmerged(), {
      run: () => call(this.#path("unmerge"), { method: "POST", body: { fingerprints } }),
    });
  };

  /** Does it and says so; false when it was refused. */
  async #decide(said: string, { run, undo }: { run: () => Promise<unknown>; undo?: Undo }): Promise<boolean> {
    this.isBusy = true;
    try {
      await run();
      const action: Toast["action"] = undo && { label: m.undo(), run: undo };
      toasts.good(said, action);
      await Promise.all([this.state.load(), this.#onchange()]);
      return true;
    } catch (cause) {
      toasts.bad(sayError(cause));
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  #path = (end: string) => session.path(`/errors/${encodeURIComponent(this.#fingerprint())}/${end}`);
}
