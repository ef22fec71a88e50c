import type {
  CustomerJourney,
  FunnelCustomer,
  FunnelDefinition,
  SavedSegment,
  SegmentSize,
} from "@voxloop/analytics/shapes";
import { goto } from "$app/navigation";
import { ApiError, call, saveFile } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { Paged } from "#paged.svelte.ts";
import { Resource } from "#resource.svelte.ts";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";
import type { BarSegment, Chosen } from "./bar-segment.ts";

/** What was asked when the numbers shown were answered, so that lists are of the same. */
export interface Answered {
  name: string;
  definition: FunnelDefinition;
  range: { from: string; to: string };
  segment: string | undefined;
}

const PAGE = 10;

/** Who is behind a number of the funnel. */
export class FunnelCustomers {
  chosen = $state.raw<Chosen | undefined>();
  /** Whose steps are shown. */
  shownId = $state<string | undefined>();
  isExporting = $state(false);
  isSaving = $state(false);
  readonly list: Paged<FunnelCustomer>;
  readonly journey: Resource<CustomerJourney>;
  readonly size: Resource<SegmentSize>;
  #segment: BarSegment | undefined;
  readonly #answered: () => Answered | undefined;

  constructor(answered: () => Answered | undefined) {
    this.#answered = answered;
    this.list = new Paged((cursor, signal) => this.#ask("/customers", { limit: PAGE, cursor }, signal));
    this.journey = new Resource((signal) => this.#ask("/customer", { id: this.shownId }, signal));
    this.size = new Resource((signal) =>
      call(session.path("/segments/size"), {
        method: "POST",
        body: { definition: this.#segment?.definition },
        signal,
      }),
    );
  }

  choose = async (chosen: Chosen): Promise<void> => {
    this.chosen = chosen;
    await this.list.reload();
  };

  close = (): void => {
    this.chosen = undefined;
    this.shownId = undefined;
  };

  /** The numbers are others now: the list follows them while there is such a number. */
  follow = async (): Promise<void> => {
    const { chosen } = this;
    const { steps, breakdown } = this.#answered()?.definition ?? { steps: [] };
    if (chosen === undefined) return;
    const isThere = chosen.step <= steps.length - (chosen.which === "entered" ? 0 : 1);
    if (!isThere || (chosen.value !== undefined && breakdown === undefined)) this.close();
    else await this.list.load();
  };

  show = async (id: string): Promise<void> => {
    this.shownId = id;
    await this.journey.reload();
  };

  export = async (): Promise<void> => {
    this.isExporting = true;
    try {
      const path = session.path("/funnels/customers/export");
      await saveFile(path, "funnel-customers.csv", { method: "POST", body: this.#body() });
    } catch (cause) {
      toasts.bad(sayError(cause));
    } finally {
      this.isExporting = false;
    }
  };

  count = async (segment: BarSegment): Promise<void> => {
    this.#segment = segment;
    await this.size.reload();
  };

  /** Whether it was saved. */
  saveSegment = async ({ definition }: BarSegment, name: SavedSegment["name"]): Promise<boolean> => {
    this.isSaving = true;
    try {
      const body = { name, definition };
      const { id } = await call<SavedSegment>(session.path("/segments"), { method: "POST", body });
      const run = async () => goto(`/paths?segment=${id}`);
      toasts.good(m.segment_saved(), { label: m.funnel_segment_paths(), run });
      return true;
    } catch (cause) {
      const isTaken = cause instanceof ApiError && cause.status === 409;
      toasts.bad(isTaken ? m.segment_name_taken() : sayError(cause));
      return false;
    } finally {
      this.isSaving = false;
    }
  };

  #body() {
    const { definition, range, segment } = this.#answered() ?? {};
    return { ...definition, ...range, segment, ...this.chosen };
  }

  async #ask<Answer>(path: string, more: object, signal?: AbortSignal): Promise<Answer> {
    const body = { ...this.#body(), ...more };
    return call(session.path(`/funnels${path}`), { method: "POST", body, ...(signal && { signal }) });
  }
}
