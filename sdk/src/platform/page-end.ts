/** Calls `onEnd` whenever this may be the page's last moment, and `onReturn` when the network is back. Gives the way to stop. */
export function watchPage(onEnd: () => void, onReturn: () => void): () => void {
  if (typeof window === "undefined" || typeof document === "undefined") return () => undefined;
  // `hidden` is the last event phones fire reliably; `pagehide` covers what it misses (Page Lifecycle).
  const onVisibility = (): void => {
    if (document.visibilityState === "hidden") onEnd();
  };
  document.addEventListener("visibilitychange", onVisibility);
  window.addEventListener("pagehide", onEnd);
  window.addEventListener("online", onReturn);
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    window.removeEventListener("pagehide", onEnd);
    window.removeEventListener("online", onReturn);
  };
}
