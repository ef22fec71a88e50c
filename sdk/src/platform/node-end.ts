export interface ProcessEnd {
  /** Something nobody caught is about to end the process. */
  onUncaught?: ((error: unknown, origin: string) => void) | undefined;
  /** Nothing is left to do: the last moment for what takes time. */
  onIdle?: (() => void) | undefined;
  /** The process ends when this returns. */
  onExit?: (() => void) | undefined;
  signals: readonly NodeJS.Signals[];
  /** The process is asked to end. */
  onSignal: () => Promise<void>;
}

/** Watches the process end without changing how; gives the way to stop. */
export function watchProcess({ onUncaught, onIdle, onExit, signals, onSignal }: ProcessEnd): () => void {
  const removals: (() => void)[] = [];
  const listen = (name: string, listener: ((cause: unknown, origin: string) => void) | undefined): void => {
    if (!listener) return;
    process.on(name, listener);
    removals.push(() => process.off(name, listener));
  };
  // The monitor sees also a rejection that nobody handles, and leaves the decision to Node and the app.
  listen("uncaughtExceptionMonitor", onUncaught);
  listen("beforeExit", onIdle);
  listen("exit", onExit);
  const stop = (): void => removals.forEach((remove) => remove());

  for (const signal of new Set(signals)) {
    listen(signal, () => void end(signal));
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    await onSignal();
    stop();
    // With another listener it is the app that decides when to end.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  }
  return stop;
}
