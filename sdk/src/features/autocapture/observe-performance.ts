import type { Ground } from "./ground.ts";

/** Takes all entries of a kind, also those from before now. False where the browser does not know the kind. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- spares each caller a cast
export function observePerformance<Entry extends PerformanceEntry>(
  { run, stops, on }: Ground,
  type: string,
  take: (entry: Entry) => void,
): boolean {
  if (!globalThis.PerformanceObserver?.supportedEntryTypes?.includes(type)) return false;
  const takeAll = (entries: PerformanceEntry[]): void =>
    run(() => entries.forEach((entry) => take(entry as Entry)));
  const observer = new PerformanceObserver((list) => takeAll(list.getEntries()));
  // The threshold is of `event` only: the least that browsers allow would be a flood.
  observer.observe({ type, buffered: true, durationThreshold: 40 } as PerformanceObserverInit);
  on("leave", () => takeAll(observer.takeRecords()));
  stops.push(() => observer.disconnect());
  return true;
}
