import type { FlowFunnel, FunnelExplanation, FunnelResult, SavedFunnel } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";
import { FunnelCustomers, type Answered } from "./customers.svelte.ts";
import { isExplainable, newDraft, toDefinition, toDraft, type Draft } from "./draft.ts";
import { trendOf } from "./trend-chart.ts";

const DEFAULT_VALUES = 5;

export class FunnelsPage {
  readonly saved: Resource<{ items: SavedFunnel[] }>;
  /** Ready-made funnels of the range. */
  readonly flows: Resource<{ items: FlowFunnel[] }>;
  readonly result: Resource<FunnelResult>;
  readonly explanation: Resource<FunnelExplanation>;
  selectedId = $state<string | undefined>();
  draft = $state<Draft | undefined>();
  isEditing = $state(false);
  isSaving = $state(false);
  /** Whether the range before is asked for too. */
  isCompared = $state(false);
  /** The step whose drop-off is explained, from 1. */
  explained = $state<number | undefined>();
  /** What the result shown is an answer to. */
  answered = $state.raw<Answered | undefined>();
  readonly customers = new FunnelCustomers(() => this.answered);
  readonly #asked: () => { range: RangeKey; segment: string | undefined };

  constructor(asked: () => { range: RangeKey; segment: string | undefined }) {
    this.#asked = asked;
    this.saved = new Resource((signal) => call(session.path("/funnels"), { signal }));
    this.flows = new Resource((signal) =>
      call(session.path("/funnels/flows"), { query: timesOf(this.#asked().range, new Date()), signal }),
    );
    this.result = new Resource((signal) => this.#query(signal));
    this.explanation = new Resource((signal) =>
      this.#ask("/funnels/explain", { step: this.explained }, signal),
    );
  }

  /** Loads the list and shows the funnel asked for, or the first. */
  start = async (wanted: string | null): Promise<void> => {
    await this.saved.load();
    const items = this.saved.data?.items ?? [];
    const funnel = items.find(({ id }) => id === wanted) ?? items[0];
    await (funnel ? this.show(funnel) : this.flows.load());
  };

  show = async (funnel: SavedFunnel): Promise<void> => {
    this.selectedId = funnel.id;
    this.draft = toDraft(funnel);
    this.isEditing = false;
    this.explained = undefined;
    this.customers.close();
    await this.result.reload();
  };

  begin(): void {
    this.selectedId = undefined;
    this.draft = newDraft(m.funnel_name_default());
    this.isEditing = true;
    this.explained = undefined;
    this.customers.close();
    this.result.data = undefined;
    void this.flows.load();
  }

  /** Shows a ready-made funnel, to be changed or saved. */
  choose = async ({ flow, definition }: FlowFunnel): Promise<void> => {
    this.begin();
    this.draft = toDraft({ name: flow, definition });
    await this.run();
  };

  /** Asks again: another range, or a changed draft. */
  run = async (): Promise<void> => {
    if (!isExplainable(toDefinition(this.draft ?? newDraft("")))) this.explained = undefined;
    await Promise.all([this.#count(), this.explained === undefined ? undefined : this.explanation.load()]);
  };

  /** By a property at step 1, or not any more; saved when the funnel is. */
  breakDown = async (property: string | undefined): Promise<void> => {
    if (this.draft === undefined) return;
    const limit = this.draft.breakdown?.limit ?? DEFAULT_VALUES;
    this.draft.breakdown = property === undefined ? undefined : { property, limit };
    await this.#count();
  };

  explain = async (step: number): Promise<void> => {
    this.explained = this.explained === step ? undefined : step;
    if (this.explained !== undefined) await this.explanation.reload();
  };

  save = async (): Promise<void> => {
    const { draft, selectedId } = this;
    if (draft === undefined) return;
    this.isSaving = true;
    try {
      const body = { name: draft.name.trim(), definition: toDefinition(draft) };
      const path = session.path(selectedId === undefined ? "/funnels" : `/funnels/${selectedId}`);
      const funnel = await call<SavedFunnel>(path, {
        method: selectedId === undefined ? "POST" : "PUT",
        body,
      });
      toasts.good(m.funnel_saved());
      await this.saved.load();
      await this.show(funnel);
    } catch (cause) {
      toasts.bad(sayError(cause));
    } finally {
      this.isSaving = false;
    }
  };

  /** Deletes at once; undo saves the same definition again. */
  remove = async (funnel: SavedFunnel): Promise<void> => {
    try {
      await call(session.path(`/funnels/${funnel.id}`), { method: "DELETE" });
      toasts.good(m.funnel_deleted({ name: funnel.name }), {
        label: m.undo(),
        run: () => this.#restore(funnel),
      });
      this.draft = undefined;
      this.selectedId = undefined;
      await this.start(null);
    } catch (cause) {
      toasts.bad(sayError(cause));
    }
  };

  async #restore({ name, definition }: SavedFunnel): Promise<void> {
    try {
      const funnel = await call<SavedFunnel>(session.path("/funnels"), {
        method: "POST",
        body: { name, definition },
      });
      toasts.good(m.funnel_restored());
      await this.start(funnel.id);
    } catch (cause) {
      toasts.bad(sayError(cause));
    }
  }

  async #count(): Promise<void> {
    await this.result.load();
    await this.customers.follow();
  }

  /** One question for all panels: the engine finds the chains once, whatever is counted of them. */
  async #query(signal: AbortSignal): Promise<FunnelResult> {
    const { range: key, segment } = this.#asked();
    const { name, ...draft } = this.draft ?? newDraft("");
    const definition = toDefinition({ name, ...draft });
    const range = timesOf(key, new Date());
    const more = { compare: this.isCompared, histogram: true, trend: trendOf(range) };
    const body = { ...definition, ...range, segment, ...more };
    const result = await call<FunnelResult>(session.path("/funnels/query"), { method: "POST", body, signal });
    this.answered = { name, definition, range, segment };
    return result;
  }

  async #ask<Answer>(path: string, extra: object, signal: AbortSignal): Promise<Answer> {
    const definition = toDefinition(this.draft ?? newDraft(""));
    const { range, segment } = this.#asked();
    const body = { ...definition, ...timesOf(range, new Date()), segment, ...extra };
    return call(session.path(path), { method: "POST", body, signal });
  }
}
