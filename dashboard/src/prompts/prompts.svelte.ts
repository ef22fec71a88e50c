import type { FieldProblem, SavedPrompt } from "@voxloop/analytics/shapes";
import { ApiError, call } from "#api.ts";
import { Paged } from "#paged.svelte.ts";
import { m } from "#paraglide/messages.js";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";

export interface PromptKind<Content, Draft> {
  /** Of the API below the project, e.g. `/guidance`. */
  path: string;
  toDraft: (name: string, content: Content) => Draft;
  toContent: (draft: Draft) => Content;
  newDraft: () => Draft;
}

/** The page of one kind of prompt: a list, one that is looked at, and its draft while it is edited. */
export class PromptsPage<Content, Draft extends { name: string }> {
  readonly list: Paged<SavedPrompt<Content>>;
  selected = $state.raw<SavedPrompt<Content> | undefined>();
  draft = $state<Draft | undefined>();
  isEditing = $state(false);
  isBusy = $state(false);
  /** Why it could not be published. */
  problems = $state.raw<readonly FieldProblem[]>([]);
  readonly #kind: PromptKind<Content, Draft>;

  constructor(kind: PromptKind<Content, Draft>) {
    this.#kind = kind;
    this.list = new Paged((cursor, signal) =>
      call(session.path(kind.path), { query: { cursor }, ...(signal && { signal }) }),
    );
  }

  /** Loads the list and shows the one asked for, or the first. */
  start = async (wanted: string | null): Promise<void> => {
    await this.list.load();
    const items = this.list.data?.items ?? [];
    const first = items.find(({ id }) => id === wanted) ?? items[0];
    if (first !== undefined) this.show(first);
  };

  show(prompt: SavedPrompt<Content>): void {
    const content = prompt.draft?.content ?? prompt.published?.content;
    this.selected = prompt;
    this.draft = content === undefined ? undefined : this.#kind.toDraft(prompt.name, content);
    this.isEditing = false;
    this.problems = [];
  }

  begin(draft: Draft = this.#kind.newDraft()): void {
    this.selected = undefined;
    this.draft = draft;
    this.isEditing = true;
    this.problems = [];
  }

  cancel(): void {
    const shown = this.selected ?? this.list.data?.items[0];
    this.draft = undefined;
    this.isEditing = false;
    if (shown !== undefined) this.show(shown);
  }

  save = async (): Promise<void> => {
    const { draft, selected } = this;
    if (draft === undefined) return;
    const body = { name: draft.name.trim(), content: this.#kind.toContent(draft) };
    await this.#change(m.draft_saved(), () =>
      selected === undefined
        ? call(session.path(this.#kind.path), { method: "POST", body })
        : call(this.#pathOf(selected), { method: "PATCH", body: { ...body, version: selected.version } }),
    );
  };

  publish = (): Promise<void> => this.#move("publish", m.published_done());

  archive = (): Promise<void> => this.#move("archive", m.archived_done());

  async #move(to: "publish" | "archive", done: string): Promise<void> {
    const { selected } = this;
    if (selected === undefined) return;
    const body = { version: selected.version };
    await this.#change(done, () => call(`${this.#pathOf(selected)}/${to}`, { method: "POST", body }));
  }

  #pathOf({ id }: { id: string }): string {
    return session.path(`${this.#kind.path}/${id}`);
  }

  async #change(done: string, request: () => Promise<SavedPrompt<Content>>): Promise<void> {
    this.isBusy = true;
    try {
      const changed = await request();
      toasts.good(done);
      await this.list.load();
      this.show(changed);
    } catch (cause) {
      await this.#refused(cause);
    } finally {
      this.isBusy = false;
    }
  }

  async #refused(cause: unknown): Promise<void> {
    this.problems = problemsOf(cause);
    if (this.problems.length > 0) return;
    if (cause instanceof ApiError && cause.status === 409) {
      toasts.bad(m.stale_draft());
      await this.start(this.selected?.id ?? null);
    } else toasts.bad(sayError(cause));
  }
}

/** The fields that a refusal names. */
function problemsOf(cause: unknown): FieldProblem[] {
  const errors = cause instanceof ApiError ? cause.problem["errors"] : undefined;
  return Array.isArray(errors) ? (errors as FieldProblem[]) : [];
}
