import type { TwoByTwo } from "../../stats/relative-risk.ts";
import type { FactorSlices } from "./count-factors.ts";

type Slice = FactorSlices["slices"][number];
type Outcomes = Slice["met"];

/** Below this share of what they could tell, those who did something else at the time are too few to compare with. */
const ENOUGH = 0.5;

/**
 * Of each slice of time, who met the factor first in it and whom they are compared with: units that did anything in it and had not
 * met it by then, since who has left meets nothing. Where hardly anything else happens between the steps, all who had neither
 * gone on nor met it by the slice's end: among them are some who had left, so that this finds less, and not what is not there.
 * Which of the two is chosen without looking at who dropped.
 */
export function comparedStrata(slices: readonly Slice[], everyone: readonly Slice[]): TwoByTwo[] {
  const met = slices.filter((slice) => sizeOf(slice.met) > 0);
  const active = new Map(everyone.map((slice) => [slice.slice, slice.active]));
  const beside = met.map((slice) => against(slice.met, minus(active.get(slice.slice) ?? NONE, slice.active)));
  if (weightOf(beside) >= ENOUGH * met.reduce((sum, slice) => sum + sizeOf(slice.met), 0)) return beside;
  return met.map(({ slice, met: exposed }) => {
    const remain = sumOf(everyone.filter((other) => other.slice > slice).map(({ left }) => left));
    const metBy = sumOf(slices.filter((other) => other.slice <= slice).map((other) => other.met));
    const metAndLeft = sumOf(slices.filter((other) => other.slice <= slice).map(({ left }) => left));
    return against(exposed, minus(remain, minus(metBy, metAndLeft)));
  });
}

/** How many of the exposed the comparison counts: all of them where they are compared with ever so many. */
const weightOf = (strata: readonly TwoByTwo[]): number =>
  strata.reduce((sum, { exposed, unexposed }) => sum + (exposed * unexposed) / (exposed + unexposed), 0);

function against(exposed: Outcomes, unexposed: Outcomes): TwoByTwo {
  return {
    exposed: sizeOf(exposed),
    exposedCases: exposed.cases,
    unexposed: sizeOf(unexposed),
    unexposedCases: unexposed.cases,
  };
}

const NONE: Outcomes = { cases: 0, others: 0 };

const sizeOf = ({ cases, others }: Outcomes): number => cases + others;

const minus = (all: Outcomes, some: Outcomes): Outcomes => ({
  cases: all.cases - some.cases,
  others: all.others - some.others,
});

export function sumOf(all: readonly Outcomes[]): Outcomes {
  return {
    cases: all.reduce((sum, { cases }) => sum + cases, 0),
    others: all.reduce((sum, { others }) => sum + others, 0),
  };
}
