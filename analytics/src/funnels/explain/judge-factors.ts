import { adjustPValues } from "../../stats/benjamini-hochberg.ts";
import { FEWEST_ANSWERS } from "../../stats/nps.ts";
import type { RelativeRisk } from "../../stats/relative-risk.ts";
import { stratifiedRisk } from "../../stats/stratified-risk.ts";
import { comparedStrata, sumOf } from "./compared-strata.ts";
import type { FactorSlices } from "./count-factors.ts";
import { MET_KINDS, STANDING_KINDS, type DropFactor, type FactorKind } from "./explanation.ts";

/** Twice as many harmless factors named as causes would cost more than a cause overlooked. */
const SIGNIFICANCE = 0.02;
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
  const counted = withoutTwins(rows).flatMap((row) => countFactor(row, all));
  const tested = counted.flatMap(({ row, ...factor }) => {
    const risk = isFew(factor) ? null : riskOf(factor, row, everyone);
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

/** A group that failed attempts is told as that, whatever else it was. */
function withoutTwins(rows: readonly FactorSlices[]): FactorSlices[] {
  const failures = new Set(rows.filter(({ kind }) => kind === "failure").map(({ key }) => key));
  return rows.filter(({ kind, key }) => kind !== "error" || !failures.has(key));
}

function countFactor(row: FactorSlices, all: Outcomes): (CountedFactor & { row: FactorSlices })[] {
  const kind = [...STANDING_KINDS, ...MET_KINDS].find((known) =>
    row.kind === "failure" ? known === "error" : known === row.kind,
  );
  const met = sumOf(row.slices.map((slice) => slice.met));
  const spared = sumOf(row.slices.map((slice) => slice.spared));
  if (kind === undefined || met.cases + met.others === 0) return [];
  const others = kind === "slow" ? spared : { cases: all.cases - met.cases, others: all.others - met.others };
  const [exposed, unexposed] = [met.cases + met.others, others.cases + others.others];
  const counts = { exposed, exposedDropped: met.cases, unexposed, unexposedDropped: others.cases };
  return [{ kind, key: row.key, ...counts, row }];
}

type Risk = RelativeRisk & Pick<DropFactor, "expectedDropped">;

/** Of what is met on the way within each slice of time, of everything else as a whole. An attempt fails instead of going on, whenever. */
function riskOf(factor: CountedFactor, row: FactorSlices, everyone: FactorSlices["slices"]): Risk | null {
  const { exposed, exposedDropped, unexposed, unexposedDropped, kind } = factor;
  const whole = { exposed, exposedCases: exposedDropped, unexposed, unexposedCases: unexposedDropped };
  const isTimed = isTimedKind(kind) && row.kind !== "failure";
  const strata = isTimed ? comparedStrata(row.slices, everyone) : [whole];
  const counted = strata.reduce((sum, stratum) => sum + stratum.unexposed, 0);
  const repeats = isTimed ? Math.max(1, counted / unexposed) : 1;
  const risk = stratifiedRisk(strata, repeats);
  return risk && { ...risk, expectedDropped: exposedDropped / risk.relativeRisk };
}

const isMet = (kind: FactorKind): boolean => MET_KINDS.some((met) => met === kind);
/** A measure does not depend on time: those who had a bad one are compared with those who had a good one. */
const isTimedKind = (kind: FactorKind): boolean => isMet(kind) && kind !== "slow";

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
