/** A timer that does not keep a process of Node alive. */
export function later(work: () => unknown, delayMs: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(work, delayMs);
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
