/** Calls `onEnd` whenever this may be the page's last moment, and `onReturn` when the network is back. Gives the way to stop. */
export function watchPage(onEnd: () => void, onReturn: () => void): () => void {
  if (typeof window === "undefined") return () => undefined;
  // `hidden` is the last event phones fire reliably; `pagehide` covers what it misses (Page Lifecycle).
  const listeners = {
    visibilitychange: () => {
      if (document.visibilityState === "hidden") onEnd();
    },
    pagehide: onEnd,
    online: onReturn,
  };
  for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name, listener);
  };
}
