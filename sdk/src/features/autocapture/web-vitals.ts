import { ATTR, EVENT } from "@voxloop/contract";
import type { Attributes } from "../../core/event.ts";
import { createUuid } from "../../core/uuid.ts";
import type { Ground } from "./ground.ts";
import { observePerformance } from "./observe-performance.ts";

/** Up to where a value is good, and up to where it is not yet poor (https://web.dev/articles/vitals). */
const LIMITS_OF: Record<string, readonly [good: number, fair: number]> = {
  ttfb: [800, 1_800],
  fcp: [1_800, 3_000],
  lcp: [2_500, 4_000],
  cls: [0.1, 0.25],
  inp: [200, 500],
};
/** Interactions of which one may be the exception that the longest is (https://web.dev/articles/inp). */
const EXCEPTION_OF = 50;
const LONGEST_MAX = 10;

interface Vital {
  value: number;
  sent: number | undefined;
  id: string;
  /** Where it was measured. */
  path: string;
}

type NavigationEntry = PerformanceNavigationTiming & { activationStart?: number };
type ShiftEntry = PerformanceEntry & { value: number; hadRecentInput: boolean };
type InteractionEntry = Omit<PerformanceEventTiming, "interactionId"> & { interactionId?: number };
type SetVital = (name: string, value: number) => void;

/** Sends what the page has shown so far each time it is hidden or left; a later value has the same id as the one before. */
export function watchWebVitals(ground: Ground): void {
  const vitals: Record<string, Vital> = {};
  const [entry] = performance.getEntriesByType("navigation") as NavigationEntry[];
  // A page that was loaded ahead begins when it is shown.
  const start = entry?.activationStart ?? 0;
  let hiddenAt = document.hidden ? 0 : Infinity;

  const set: SetVital = (name, value) => {
    const { value: before, sent, id = createUuid(Date.now()) } = vitals[name] ?? {};
    if (value !== before) vitals[name] = { value, sent, id, path: ground.path };
  };
  const setTime = (name: string, time: number): void => {
    if (time < hiddenAt) set(name, Math.max(0, time - start));
  };

  if (entry) setTime("ttfb", entry.responseStart);
  observePerformance(ground, "paint", ({ name, startTime }) => {
    if (name === "first-contentful-paint") setTime("fcp", startTime);
  });
  observePerformance(ground, "largest-contentful-paint", ({ startTime }) => setTime("lcp", startTime));
  watchShifts(ground, set);
  watchInteractions(ground, set);
  ground.on("leave", () => {
    hiddenAt = Math.min(hiddenAt, performance.now());
    for (const [name, vital] of Object.entries(vitals)) {
      if (vital.value === vital.sent) continue;
      ground.client.emit(EVENT.webVital, describe(name, vital, entry?.type));
      vital.sent = vital.value;
    }
  });
}

const round = (number: number): number => Math.round(number * 1e4) / 1e4;

function describe(name: string, { value, sent, id, path }: Vital, navigation = "navigate"): Attributes {
  const [good, fair] = LIMITS_OF[name]!;
  return {
    [ATTR.webVitalName]: name,
    [ATTR.webVitalValue]: round(value),
    [ATTR.webVitalDelta]: round(value - (sent ?? 0)),
    [ATTR.webVitalId]: id,
    [ATTR.webVitalRating]: value <= good ? "good" : value <= fair ? "needs-improvement" : "poor",
    [ATTR.webVitalNavigation]: navigation.replace("_", "-"),
    [ATTR.urlPath]: path,
  };
}

/** The largest burst of shifts: at most 1 s between two, 5 s in all (https://web.dev/articles/cls). */
function watchShifts(ground: Ground, set: SetVital): void {
  let [sum, first, last, worst] = [0, 0, 0, 0];
  const isKnown = observePerformance<ShiftEntry>(ground, "layout-shift", (shift) => {
    const { startTime, value, hadRecentInput } = shift;
    if (hadRecentInput) return;
    if (startTime - last > 1_000 || startTime - first > 5_000) [sum, first] = [0, startTime];
    last = startTime;
    sum += value;
    if (sum > worst) set("cls", (worst = sum));
  });
  if (isKnown) set("cls", 0);
}

function watchInteractions(ground: Ground, set: SetVital): void {
  let longest: [id: number, duration: number][] = [];
  const take = ({ interactionId = 0, entryType, duration }: InteractionEntry): void => {
    if (!interactionId && entryType === "event") return;
    const known = longest.find(([id]) => id === interactionId);
    if (!known) longest.push([interactionId, duration]);
    else if (duration > known[1]) known[1] = duration;
    // oxlint-disable-next-line unicorn/no-array-sort -- `toSorted` is younger than the browsers this runs in
    longest = longest.sort(([, a], [, b]) => b - a).slice(0, LONGEST_MAX);
    const count = (performance as { interactionCount?: number }).interactionCount ?? 0;
    const exceptions = Math.min(longest.length - 1, Math.floor(count / EXCEPTION_OF));
    set("inp", longest[exceptions]![1]);
  };
  observePerformance(ground, "event", take);
  observePerformance(ground, "first-input", take);
}
