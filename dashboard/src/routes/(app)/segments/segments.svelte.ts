import type { SavedSegment, SegmentDefinition, SegmentSize } from "@voxloop/analytics/shapes";
import { ApiError, call } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { Resource } from "#resource.svelte.ts";
import { sayError } from "#said.ts";
import { nameOf, savedSegments } from "#segments/segments.svelte.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";
import { isAskable, newDraft, toDefinition, toDraft, type Draft } from "./draft.ts";

/** After the last key, so that not every letter is counted. */
const STILL_MS = 600;

export class SegmentsPage {
  readonly saved = savedSegments();
  /** By id and version; null where counting failed. */
  sizes = $state.raw<Readonly<Record<string, SegmentSize | null>>>({});
  readonly preview: Resource<SegmentSize>;
  selected = $state.raw<SavedSegment | undefined>();
  draft = $state<Draft | undefined>();
  isSaving = $state(false);
  #asked: SegmentDefinition | undefined;
  #round = 0;

  constructor() {
    this.preview = new Resource((signal) => sizeOf(this.#asked, signal));
  }

  /** Loads the list and shows the segment asked for. */
  start = async (wanted: string | null): Promise<void> => {
    await this.saved.load();
    const items = this.saved.data?.items ?? [];
    void this.#countAll(items);
    const segment = items.find(({ id }) => id === wanted) ?? items[0];
    if (segment === undefined) this.close();
    else this.show(segment);
  };

  show(segment: SavedSegment): void {
    this.selected = segment;
    this.draft = toDraft(segment);
  }

  begin(): void {
    this.selected = undefined;
    this.draft = newDraft();
  }

  close(): void {
    this.selected = undefined;
    this.draft = undefined;
  }

  /** Counts what the draft says once it is left alone; returns how to stop. */
  watch = (definition: SegmentDefinition | undefined): (() => void) => {
    if (definition === undefined) return () => {};
    const timer = setTimeout(() => {
      this.#asked = definition;
      void this.preview.load();
    }, STILL_MS);
    return () => clearTimeout(timer);
  };

  /** What the draft asks; undefined while it says too little. */
  definition(): SegmentDefinition | undefined {
    return this.draft && isAskable(this.draft) ? toDefinition(this.draft) : undefined;
  }

  save = async (): Promise<void> => {
    const { draft, selected } = this;
    if (draft === undefined) return;
    const name = { "zh-CN": draft.name.zh.trim(), en: draft.name.en.trim() };
    const body = { name, definition: toDefinition(draft) };
    this.isSaving = true;
    try {
      const kept = await (selected === undefined
        ? call<SavedSegment>(session.path("/segments"), { method: "POST", body })
        : call<SavedSegment>(session.path(`/segments/${selected.id}`), {
            method: "PATCH",
            body: { ...body, version: selected.version },
          }));
      toasts.good(m.segment_saved());
      await this.start(kept.id);
    } catch (cause) {
      await this.#refused(cause);
    } finally {
      this.isSaving = false;
    }
  };

  remove = async (segment: SavedSegment): Promise<void> => {
    try {
      await call(session.path(`/segments/${segment.id}`), { method: "DELETE" });
      toasts.good(m.segment_deleted({ name: nameOf(segment) }));
      await this.start(null);
    } catch (cause) {
      toasts.bad(sayError(cause));
    }
  };

  async #refused(cause: unknown): Promise<void> {
    const current = cause instanceof ApiError && cause.status === 409 && cause.problem["current"];
    if (current) {
      toasts.bad(m.stale_draft());
      await this.start(this.selected?.id ?? null);
    } else if (cause instanceof ApiError && cause.status === 409) toasts.bad(m.segment_name_taken());
    else toasts.bad(sayError(cause));
  }

  /** One after the other: a project may have many, and each reads a month of events. */
  async #countAll(segments: readonly SavedSegment[]): Promise<void> {
    const round = ++this.#round;
    for (const segment of segments) {
      if (round !== this.#round) return;
      const key = keyOf(segment);
      if (this.sizes[key]) continue;
      const size = await sizeOf(segment.definition).catch(() => null);
      this.sizes = { ...this.sizes, [key]: size };
    }
  }
}

export const keyOf = ({ id, version }: SavedSegment): string => `${id} ${version}`;

function sizeOf(definition: SegmentDefinition | undefined, signal?: AbortSignal): Promise<SegmentSize> {
  return call(session.path("/segments/size"), {
    method: "POST",
    body: { definition },
    ...(signal && { signal }),
  });
}
