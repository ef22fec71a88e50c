import { Resource } from "./resource.svelte.ts";
import { sayError } from "./said.ts";
import { toasts } from "./toasts.svelte.ts";

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** A list that is fetched page by page; what was fetched stays in view. */
export class Paged<T> extends Resource<Page<T>> {
  isExtending = $state(false);
  readonly #fetchPage: (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<T>>;

  constructor(fetchPage: (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<T>>) {
    super((signal) => fetchPage(undefined, signal));
    this.#fetchPage = fetchPage;
  }

  more = async (): Promise<void> => {
    const shown = this.data;
    if (!shown?.nextCursor || this.isExtending) return;
    this.isExtending = true;
    try {
      const next = await this.#fetchPage(shown.nextCursor);
      // Reloaded meanwhile: the page fetched continues a list that is no longer shown.
      if (this.data === shown) this.data = { ...next, items: [...shown.items, ...next.items] };
    } catch (cause) {
      toasts.bad(sayError(cause));
    } finally {
      this.isExtending = false;
    }
  };
}
