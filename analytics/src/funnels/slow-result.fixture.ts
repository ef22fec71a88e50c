import { expect } from "vitest";
import type { FunnelQuery } from "./funnel.ts";
import { chainsSlowly, type SlowChain, type TestEvent } from "./slow-funnel.fixture.ts";
import { readProperty } from "./slow-story.fixture.ts";

/** Its noon is at 17:45, so that its hours begin at a quarter of UTC's. */
export const ZONE = "Asia/Kathmandu";
const OFFSET_MS = 5.75 * 3_600_000;
const HOUR_MS = 3_600_000;

/** All that a funnel answers, by the words of docs/journeys-funnels.md and nothing else. */
export function resultSlowly(events: TestEvent[], query: FunnelQuery, now: number) {
  const chains = chainsSlowly(events, query, now);
  const { breakdown, unit, from, to } = query;
  return {
    ...countSlowly(chains, query),
    unit,
    from,
    to,
    ...(query.compare === true && { previous: previousSlowly(events, query, now) }),
    ...(breakdown && { breakdown: breakdownSlowly(chains, query, breakdown) }),
    ...(query.histogram === true && {
      histogram: histogramSlowly(chains, query),
      totalSeconds: totalSlowly(chains, query),
    }),
    ...(query.trend && { trend: trendSlowly(chains, query, query.trend) }),
  };
}

function previousSlowly(events: TestEvent[], query: FunnelQuery, now: number) {
  const from = new Date(2 * Date.parse(query.from) - Date.parse(query.to)).toISOString();
  const range = { from, to: query.from };
  return { ...countSlowly(chainsSlowly(events, { ...query, ...range }, now), query), ...range };
}

function breakdownSlowly(
  chains: SlowChain[],
  query: FunnelQuery,
  { property, limit }: NonNullable<FunnelQuery["breakdown"]>,
) {
  const valueOf = ({ events: [first] }: SlowChain) =>
    first === undefined ? "" : readProperty(first, property);
  const groups = [...Map.groupBy(chains, valueOf)].toSorted(
    ([a, ofA], [b, ofB]) => ofB.length - ofA.length || (a < b ? -1 : 1),
  );
  const others = groups.slice(limit).flatMap(([, of]) => of);
  return [
    ...groups.slice(0, limit).map(([value, of]) => ({ value, ...countSlowly(of, query) })),
    ...(others.length === 0 ? [] : [{ value: null, ...countSlowly(others, query) }]),
  ];
}

/** The windows of the tests are of a few seconds. */
const EDGES = [0, 1, 2, 5, 10];

function histogramSlowly(chains: SlowChain[], { steps, windowSeconds }: FunnelQuery) {
  const done = chains.filter(({ depth }) => depth === steps.length);
  const bins = EDGES.slice(1).map((toSeconds, at) => ({ fromSeconds: EDGES[at] ?? 0, toSeconds }));
  return bins
    .filter(({ fromSeconds }) => fromSeconds <= windowSeconds)
    .map((bin) => ({
      ...bin,
      units: done.filter(({ moments }) => {
        const seconds = ((moments.at(-1) ?? 0) - (moments[0] ?? 0)) / 1000;
        return seconds >= bin.fromSeconds && seconds < bin.toSeconds;
      }).length,
    }));
}

function totalSlowly(chains: SlowChain[], { steps }: FunnelQuery) {
  const done = chains.filter(({ depth }) => depth === steps.length);
  const seconds = done.map(({ moments }) => ((moments.at(-1) ?? 0) - (moments[0] ?? 0)) / 1000);
  return { median: quantile(seconds, 0.5), p90: quantile(seconds, 0.9) };
}

const hourOf = (time: number) => Math.floor((time + OFFSET_MS) / HOUR_MS) * HOUR_MS - OFFSET_MS;

/** The ranges of the tests lie in one hour of the zone, or two. */
function trendSlowly(chains: SlowChain[], query: FunnelQuery, by: "day" | "hour") {
  const atOf = (time: number) =>
    by === "day"
      ? new Date(time + OFFSET_MS).toISOString().slice(0, 10)
      : new Date(hourOf(time)).toISOString();
  const touched = new Set([Date.parse(query.from), Date.parse(query.to) - 1].map(atOf));
  return [...touched].map((at) => {
    const { steps, conversion } = countSlowly(
      chains.filter(({ moments }) => atOf(moments[0] ?? 0) === at),
      query,
    );
    const stillInWindow = steps.reduce((sum, step) => sum + step.stillInWindow, 0);
    return { at, entered: steps[0]?.entered, converted: steps.at(-1)?.entered, stillInWindow, conversion };
  });
}

function countSlowly(chains: SlowChain[], query: FunnelQuery) {
  const steps = stepsSlowly(chains, query);
  const judged = steps.reduce(
    (sum, step) => sum - step.stillInWindow - step.excluded,
    steps[0]?.entered ?? 0,
  );
  return { steps, conversion: judged === 0 ? null : (steps.at(-1)?.entered ?? 0) / judged };
}

function stepsSlowly(chains: SlowChain[], query: FunnelQuery) {
  return query.steps.map(({ event }, index) => {
    const isLast = index === query.steps.length - 1;
    const entered = chains.filter(({ moments }) => (moments[index] ?? 0) !== 0);
    const ended = isLast ? [] : entered.filter(({ depth }) => depth === index + 1);
    const stillInWindow = ended.filter(({ open }) => open).length;
    const excluded = ended.filter(({ open, removed }) => removed && !open).length;
    const continued = entered.filter(({ depth }) => depth > index + 1).length;
    const judged = entered.length - stillInWindow - excluded;
    const seconds = entered.map(({ moments }) => {
      const before = moments.slice(0, index).findLast((moment) => moment !== 0) ?? 0;
      return ((moments[index] ?? 0) - before) / 1000;
    });
    return {
      event,
      label: event,
      entered: entered.length,
      continued,
      dropped: ended.length - stillInWindow - excluded,
      stillInWindow,
      excluded,
      conversion: isLast || judged === 0 ? null : continued / judged,
      medianSeconds: index === 0 ? null : quantile(seconds, 0.5),
      p90Seconds: index === 0 ? null : quantile(seconds, 0.9),
    };
  });
}

/** Linear between the two nearest values (Hyndman and Fan's type 7). */
function quantile(values: number[], level: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = level * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low === undefined || high === undefined ? null : expect.closeTo(low + (high - low) * (at % 1), 6);
}
