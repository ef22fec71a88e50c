import type { FunnelQuery } from "./funnel.ts";
import { isOfStep, isStart, type Story } from "./slow-story.fixture.ts";

/** A reached step: its number, from 0, and the place of its event. */
export interface Reached {
  step: number;
  place: number;
}

export const timeOf = ({ all }: Story, place: number | undefined) => all[place ?? -1]?.time ?? 0;

/** Steps that may follow a step: the next ones, up to one that is not optional. */
function followers({ steps }: FunnelQuery, step: number): number[] {
  const required = steps.findIndex((one, at) => at > step && one.optional !== true);
  return steps.flatMap((_, at) => (at > step && at <= required ? [at] : []));
}

/** Every chain, the unfinished ones too. */
export function allChains(story: Story): Reached[][] {
  const { query, all, places } = story;
  const extend = (chain: Reached[]): Reached[][] => {
    const last = chain.at(-1);
    if (last === undefined) {
      const starts = places.filter((place) => isStart(story, place));
      return starts.flatMap((place) => extend([{ step: 0, place }]));
    }
    const next = followers(query, last.step).flatMap((step) =>
      places.flatMap((place) => {
        const [of, event] = [query.steps[step], all[place]];
        if (of === undefined || event === undefined || place <= last.place) return [];
        if (!isOfStep(event, of) || !isInTime(story, chain, { step, time: event.time })) return [];
        return query.order === "strict" && place !== last.place + 1 ? [] : [{ step, place }];
      }),
    );
    return [chain, ...next.flatMap((reached) => extend([...chain, reached]))];
  };
  return extend([]);
}

function isInTime(story: Story, chain: Reached[], { step, time }: { step: number; time: number }): boolean {
  const { windowSeconds, steps } = story.query;
  const within = steps[step]?.withinSeconds ?? Infinity;
  const isWithin = time - timeOf(story, chain.at(-1)?.place) <= within * 1000;
  return isWithin && time - timeOf(story, chain[0]?.place) <= windowSeconds * 1000;
}

/** Whether a chain could go on at a time, as the unit's event of that place. */
export function isWaiting(
  story: Story,
  chain: Reached[],
  { time, place }: { time: number; place: number },
): boolean {
  const last = chain.at(-1);
  if (last === undefined || (story.query.order === "strict" && place !== last.place + 1)) return false;
  return followers(story.query, last.step).some((step) => isInTime(story, chain, { step, time }));
}

/** The place of the first event that removes the unit. */
export function removal(story: Story, chains: Reached[][]): number | undefined {
  const { query, all, places } = story;
  return places.find((place) =>
    (query.exclude ?? []).some((exclusion) => {
      const event = all[place];
      if (event === undefined || !isOfStep(event, exclusion)) return false;
      const reached = new Set(
        chains.flatMap((chain) => {
          const last = chain.at(-1);
          return last && last.step >= exclusion.toStep - 1 && last.place <= place ? [chain[0]?.place] : [];
        }),
      );
      return chains.some((chain) => {
        const last = chain.at(-1);
        if (last === undefined || last.place >= place || reached.has(chain[0]?.place)) return false;
        const isBetween = last.step >= exclusion.fromStep - 1 && last.step < exclusion.toStep - 1;
        return isBetween && isWaiting(story, chain, { time: event.time, place });
      });
    }),
  );
}

/**
 * Deeper first, then the one whose deepest step came first, then the one whose earlier steps came as late as can be, and of
 * one event that can be either of two steps the one with the later start, or else the later step.
 */
export function compareChains(a: Reached[], b: Reached[]): number {
  const [lastA, lastB] = [a.at(-1), b.at(-1)];
  if (lastA === undefined || lastB === undefined) return a.length - b.length;
  if (lastA.step !== lastB.step) return lastB.step - lastA.step;
  if (lastA.place !== lastB.place) return lastA.place - lastB.place;
  for (let back = 2; back <= Math.min(a.length, b.length); back += 1) {
    const [inA, inB] = [a.at(-back), b.at(-back)];
    if (inA === undefined || inB === undefined) return 0;
    if (inA.place !== inB.place) return inB.place - inA.place;
    if (inA.step !== inB.step) return (b[0]?.place ?? 0) - (a[0]?.place ?? 0) || inB.step - inA.step;
  }
  return 0;
}
