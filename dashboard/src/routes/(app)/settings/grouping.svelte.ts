import type { HiddenGroup, RuleTrial, SavedRules } from "@voxloop/analytics/shapes";
import { ApiError, call } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { Resource } from "#resource.svelte.ts";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";
import { newRule, toDraft, toRule, type DraftRule } from "./rule-draft.ts";

const DAY_MS = 86_400_000;
/** Of past events that rules are tried on. */
const TRIAL_DAYS = 7;

/** The grouping rules of a project as they are being edited, with what they would have done. */
export class GroupingRules {
  readonly saved: Resource<SavedRules>;
  readonly hidden: Resource<HiddenGroup[]>;
  drafts = $state<DraftRule[]>([]);
  trial = $state.raw<RuleTrial | undefined>();
  isBusy = $state(false);
  #version = 0;
  #saved = $state("[]");

  constructor() {
    this.saved = new Resource(async (signal) => {
      const rules = await call<SavedRules>(session.path("/grouping-rules"), { signal });
      this.#take(rules);
      return rules;
    });
    this.hidden = new Resource(async (signal) => {
      const list = await call<{ items: HiddenGroup[] }>(session.path("/errors/hidden"), { signal });
      return list.items;
    });
  }

  get hasChanged(): boolean {
    return JSON.stringify(this.#rules()) !== this.#saved;
  }

  add = (): void => void this.drafts.push(newRule());

  remove = (at: number): void => {
    this.drafts.splice(at, 1);
    this.trial = undefined;
  };

  move = (at: number, by: -1 | 1): void => {
    const [rule] = this.drafts.splice(at, 1);
    if (rule) this.drafts.splice(at + by, 0, rule);
    this.trial = undefined;
  };

  reset = (): void => {
    if (this.saved.data) this.#take(this.saved.data);
  };

  /** Tries the rules as they are on the screen on the events of the last week. */
  test = async (): Promise<void> => {
    await this.#busily(async () => {
      const from = new Date(Date.now() - TRIAL_DAYS * DAY_MS).toISOString();
      const body = { rules: this.#rules() };
      this.trial = await call(session.path("/grouping-rules/test"), {
        method: "POST",
        query: { from },
        body,
      });
    });
  };

  save = async (): Promise<void> => {
    await this.#busily(async () => {
      const body = { rules: this.#rules(), version: this.#version };
      this.saved.data = await call<SavedRules>(session.path("/grouping-rules"), { method: "PUT", body });
      this.#take(this.saved.data);
      toasts.good(m.rules_saved());
    });
  };

  putBack = async ({ fingerprint, isDiscarded }: HiddenGroup): Promise<void> => {
    await this.#busily(async () => {
      const end = isDiscarded ? "discard" : "archive";
      const path = session.path(`/errors/${encodeURIComponent(fingerprint)}/${end}`);
      await call(path, { method: "DELETE" });
      toasts.good(isDiscarded ? m.group_kept() : m.group_listed());
      await this.hidden.load();
    });
  };

  #take(rules: SavedRules): void {
    this.#version = rules.version;
    this.drafts = rules.rules.map(toDraft);
    this.#saved = JSON.stringify(this.#rules());
    this.trial = undefined;
  }

  #rules(): SavedRules["rules"] {
    return this.drafts.map(toRule);
  }

  async #busily(run: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    try {
      await run();
    } catch (cause) {
      const isStale = cause instanceof ApiError && cause.status === 409;
      toasts.bad(isStale ? m.rules_stale() : sayError(cause));
    } finally {
      this.isBusy = false;
    }
  }
}
