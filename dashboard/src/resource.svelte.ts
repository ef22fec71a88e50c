import type { QuestionProgress } from "@voxloop/analytics/shapes";
import { untrack } from "svelte";
import { call, nameQuestion } from "#api.ts";

/** After this long somebody wonders whether anything happens. */
const LONG_MS = 1000;
const AGAIN_MS = 700;

/** Something fetched: what is known, what went wrong, and whether an answer is awaited. Old data stays while new is fetched. */
export class Resource<T> {
  data = $state.raw<T | undefined>();
  error = $state.raw<unknown>();
  loading = $state(false);
  /** How far the answer is, once it takes over a second. */
  progress = $state.raw<QuestionProgress | undefined>();
  /** Whether somebody chose not to wait. */
  stopped = $state(false);
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
    this.stopped = false;
    // Who sees older data is not told to wait. Untracked: an effect that loads would load again with each answer.
    const unwatch = untrack(() => this.data === undefined)
      ? this.#watch(nameQuestion(controller.signal))
      : undefined;
    try {
      const data = await this.#fetcher(controller.signal);
      if (controller.signal.aborted) return;
      this.data = data;
      this.error = undefined;
    } catch (cause) {
      if (!controller.signal.aborted) this.error = cause;
    } finally {
      unwatch?.();
      if (this.#controller === controller) this.loading = false;
    }
  };

  /** Waits no longer; the engine stops as well. What was known stays. */
  stop = (): void => {
    this.#controller?.abort();
    this.stopped = true;
  };

  /**
   * Fetches anew unless a fetch is under way, where answers take longer than one asks again and none would ever arrive, or
   * somebody chose not to wait.
   */
  refresh = async (): Promise<void> => {
    if (!this.loading && !this.stopped) await this.load();
  };

  /** Forgets the data first: what comes is about something else. */
  reload = async (): Promise<void> => {
    this.data = undefined;
    this.error = undefined;
    await this.load();
  };

  #watch(id: string): () => void {
    this.progress = undefined;
    const look = async () => {
      const progress = await call<QuestionProgress>(`/questions/${id}`).catch(() => undefined);
      if (timer === undefined) return;
      // Between two questions nothing runs; what was read so far still says more than nothing.
      if (progress?.totalRows) this.progress = progress;
      timer = setTimeout(() => void look(), AGAIN_MS);
    };
    let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(() => void look(), LONG_MS);
    return () => {
      clearTimeout(timer);
      timer = undefined;
      this.progress = undefined;
    };
  }
}

/** Runs now and then, but not while the page is hidden. Returns how to stop. */
export function every(periodMs: number, run: () => Promise<void>): () => void {
  const timer = setInterval(() => {
    if (!document.hidden) void run();
  }, periodMs);
  return () => clearInterval(timer);
}
