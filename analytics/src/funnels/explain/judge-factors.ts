import { adjustPValues } from "../../stats/benjamini-hochberg.ts";
import { FEWEST_ANSWERS } from "../../stats/nps.ts";
import type { RelativeRisk, TwoByTwo } from "../../stats/relative-risk.ts";
import { stratifiedRisk } from "../../stats/stratified-risk.ts";
import type { FactorSlices } from "./count-factors.ts";
import { MET_KINDS, STANDING_KINDS, type DropFactor, type FactorKind } from "./explanation.ts";

const SIGNIFICANCE = 0.05;
const MOST_FACTORS = 50;
const MOST_FEW = 10;

export type JudgedFactor = Omit<DropFactor, "title" | "fingerprint" | "issueId" | "voices">;
export type CountedFactor = Pick<
  DropFactor,
  "key" | "exposed" | "exposedDropped" | "unexposed" | "unexposedDropped"
> & { kind: FactorKind };

type Outcomes = FactorSlices["slices"][number]["met"];

type FewFactor = Pick<CountedFactor, "kind" | "key" | "exposed" | "exposedDropped">;

export interface Judged {
  reached: number;
  dropped: number;
  factors: JudgedFactor[];
  tooFew: FewFactor[];
}

/** Tests each factor by itself, adjusts for their number, and ranks them: significant first, then by what they account for. */
export function judgeFactors(rows: readonly FactorSlices[]): Judged {
  const everyone = rows.find(({ kind }) => kind === "all")?.slices ?? [];
  const all = sumOf(everyone.map(({ met }) => met));
  const active = new Map(everyone.map((slice) => [slice.slice, slice.active]));
  const counted = rows.flatMap((row) => countFactor(row, all));
  const tested = counted.flatMap(({ row, ...factor }) => {
    const risk = isFew(factor) ? null : riskOf(factor, row, active);
    return risk === null ? [] : [{ ...factor, ...risk }];
  });
  const few = counted.filter(isFew).slice(0, MOST_FEW);
  return {
    reached: all.cases + all.others,
    dropped: all.cases,
    factors: rank(tested),
    tooFew: few.map(({ kind, key, exposed, exposedDropped }) => ({ kind, key, exposed, exposedDropped })),
  };
}

const isFew = ({ exposed, unexposed }: CountedFactor): boolean =>
  Math.min(exposed, unexposed) < FEWEST_ANSWERS;

function countFactor(row: FactorSlices, all: Outcomes): (CountedFactor & { row: FactorSlices })[] {
  const kind = [...STANDING_KINDS, ...MET_KINDS].find((known) => known === row.kind);
  const met = sumOf(row.slices.map((slice) => slice.met));
  const spared = sumOf(row.slices.map((slice) => slice.spared));
  if (kind === undefined || met.cases + met.others === 0) return [];
  const others = kind === "slow" ? spared : { cases: all.cases - met.cases, others: all.others - met.others };
  const [exposed, unexposed] = [met.cases + met.others, others.cases + others.others];
  const counts = { exposed, exposedDropped: met.cases, unexposed, unexposedDropped: others.cases };
  return [{ kind, key: row.key, ...counts, row }];
}

function sumOf(all: readonly Outcomes[]): Outcomes {
  return {
    cases: all.reduce((sum, { cases }) => sum + cases, 0),
    others: all.reduce((sum, { others }) => sum + others, 0),
  };
}

type Risk = RelativeRisk & Pick<DropFactor, "expectedDropped">;

/** Within each slice of time: who met the factor in it, and who did anything in it and had not met it by then. */
function riskOf(
  factor: CountedFactor,
  row: FactorSlices,
  active: ReadonlyMap<number, Outcomes>,
): Risk | null {
  const { exposed, exposedDropped, unexposed, unexposedDropped, kind } = factor;
  const whole = { exposed, exposedCases: exposedDropped, unexposed, unexposedCases: unexposedDropped };
  const strata = isTimed(kind) ? row.slices.map((slice) => toStratum(slice, active)) : [whole];
  const counted = [...active.values()].reduce((sum, { cases, others }) => sum + cases + others, 0);
  const repeats = isTimed(kind) ? Math.max(1, counted / (exposed + unexposed)) : 1;
  const risk = stratifiedRisk(strata, repeats);
  return risk && { ...risk, expectedDropped: exposedDropped / risk.relativeRisk };
}

function toStratum(
  { slice, met, active }: FactorSlices["slices"][number],
  all: ReadonlyMap<number, Outcomes>,
): TwoByTwo {
  const { cases, others } = all.get(slice) ?? NONE;
  const [unexposedCases, unexposedOthers] = [cases - active.cases, others - active.others];
  const unexposed = unexposedCases + unexposedOthers;
  return { exposed: met.cases + met.others, exposedCases: met.cases, unexposed, unexposedCases };
}

const NONE: Outcomes = { cases: 0, others: 0 };

const isMet = (kind: FactorKind): boolean => MET_KINDS.some((met) => met === kind);
/** A measure does not depend on time: those who had a bad one are compared with those who had a good one. */
const isTimed = (kind: FactorKind): boolean => isMet(kind) && kind !== "slow";

function rank(tested: readonly (CountedFactor & Risk)[]): JudgedFactor[] {
  const saysNothing = tested.map(({ kind, relativeRisk: risk }) => isMet(kind) && risk <= 1);
  const adjusted = adjustPValues(tested.map(({ pValue }, at) => (saysNothing[at] === true ? 1 : pValue)));
  return tested
    .map((factor, at) => {
      const { low, high, exposedDropped, expectedDropped } = factor;
      const adjustedPValue = adjusted[at] ?? 1;
      const isApart = low > 1 || high < 1;
      return {
        ...factor,
        adjustedPValue,
        significant: adjustedPValue < SIGNIFICANCE && isApart,
        attributableDropOffs: low > 1 ? exposedDropped - expectedDropped : 0,
      };
    })
    .toSorted(
      (a, b) =>
        Number(b.significant) - Number(a.significant) ||
        b.attributableDropOffs - a.attributableDropOffs ||
        a.pValue - b.pValue,
    )
    .slice(0, MOST_FACTORS);
}
