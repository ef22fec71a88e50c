export type Warn = (message: string, cause?: unknown) => void;

/** Runs the SDK's own work for the app; whatever it throws ends here, and the app gets `fallback`. */
export type Guard = { <T>(work: () => T, fallback: T): T; (work: () => unknown): unknown };

export function createGuard(onFailure: (cause: unknown) => void): Guard {
  return <T>(work: () => T, fallback?: T) => {
    try {
      return work();
    } catch (cause) {
      onFailure(cause);
      return fallback;
    }
  };
}

/** The calls, each ending in the guard. */
export function guarded<Calls extends object>(calls: Calls, guard: Guard): Calls {
  const wrapped = Object.entries(calls as Record<string, (...args: unknown[]) => unknown>).map(
    ([name, call]) => [name, (...args: unknown[]) => guard(() => call(...args))],
  );
  return Object.fromEntries(wrapped) as Calls;
}
