/**
 * Tells when the page cannot be seen any more, and phones may end it without another word; when it is being left, for
 * good or into the browser's back/forward cache; and when it, or its network, is back. Gives the way to stop. Never
 * listens to `unload`, which would keep the page out of that cache.
 */
export function watchPage(
  onHide: () => void,
  onLeave: (isForGood: boolean) => void,
  onReturn: () => void,
): () => void {
  const listeners: Record<string, (event: Event) => unknown> = {
    visibilitychange: () => (document.visibilityState === "hidden" ? onHide() : onReturn()),
    pagehide: (event) => onLeave(!(event as PageTransitionEvent).persisted),
    pageshow: (event) => (event as PageTransitionEvent).persisted && onReturn(),
    online: onReturn,
  };
  const each = (change: typeof addEventListener | undefined): void =>
    Object.keys(listeners).forEach((name) => change?.(name, listeners[name]!));
  // Absent where a page is rendered on a server.
  each(globalThis.addEventListener);
  return () => each(globalThis.removeEventListener);
}
