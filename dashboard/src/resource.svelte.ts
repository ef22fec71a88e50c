/** Something fetched: what is known, what went wrong, and whether an answer is awaited. Old data stays while new is fetched. */
export class Resource<T> {
  data = $state.raw<T | undefined>();
  error = $state.raw<unknown>();
  loading = $state(false);
  readonly #fetcher: (signal: AbortSignal) => Promise<T>;
  #controller: AbortController | undefined;

  constructor(fetcher: (signal: AbortSignal) => Promise<T>) {
    this.#fetcher = fetcher;
  }

  /** Fetches anew; a fetch under way is abandoned, so the last asked wins. Never rejects: see `error`. */
  load = async (): Promise<void> => {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.loading = true;
    try {
      const data = await this.#fetcher(controller.signal);
      if (controller.signal.aborted) return;
      this.data = data;
      this.error = undefined;
    } catch (cause) {
      if (!controller.signal.aborted) this.error = cause;
    } finally {
      if (this.#controller === controller) this.loading = false;
    }
  };

  /** Fetches anew unless a fetch is under way: where answers take longer than one asks again, none would ever arrive. */
  refresh = async (): Promise<void> => {
    if (!this.loading) await this.load();
  };

  /** Forgets the data first: what comes is about something else. */
  reload = async (): Promise<void> => {
    this.data = undefined;
    this.error = undefined;
    await this.load();
  };
}

/** Runs now and then, but not while the page is hidden. Returns how to stop. */
export function every(periodMs: number, run: () => Promise<void>): () => void {
  const timer = setInterval(() => {
    if (!document.hidden) void run();
  }, periodMs);
  return () => clearInterval(timer);
}
