import type { Warehouse } from "@voxloop/warehouse";
import { countFactors, type ExplainQuestion } from "./count-factors.ts";
import { MET_KINDS, type FunnelExplanation } from "./explanation.ts";
import { groupsOf } from "./factor-groups.ts";
import { voicesAfter } from "./factor-voices.ts";
import { judgeFactors, type CountedFactor, type JudgedFactor } from "./judge-factors.ts";

/** Of so many factors it is told what their customers said. */
const MOST_HEARD = 10;

/**
 * What separates units that dropped after a step from those that went on (DESIGN section 7, "Explain"): what they met between the
 * step and the next one or the window's end, and what they were at the step. An association, not yet a cause. Who drops is
 * there for longer than who goes on: so who meets a factor is compared with those who were there at that time without it.
 */
export async function explainDrop(
  warehouse: Warehouse,
  question: ExplainQuestion,
): Promise<FunnelExplanation> {
  const { factors, tooFew, ...counts } = judgeFactors(await countFactors(warehouse, question));
  const heard = factors.filter(isHeard).slice(0, MOST_HEARD);
  const [groups, voices] = await Promise.all([
    groupsOf(warehouse, question, [...factors, ...tooFew]),
    voicesAfter(warehouse, question, heard),
  ]);
  const nameOf = ({ kind, key }: Pick<CountedFactor, "kind" | "key">) => {
    const group = groups.get(`${kind} ${key}`);
    return { title: group?.title ?? key, fingerprint: group?.fingerprint ?? null };
  };
  return {
    step: question.query.step,
    ...counts,
    factors: factors.map((factor) => {
      const said = voices.get(`${factor.kind} ${factor.key}`) ?? SILENCE;
      return { ...factor, ...nameOf(factor), issueId: null, voices: heard.includes(factor) ? said : null };
    }),
    tooFew: tooFew.map((few) => ({ ...few, ...nameOf(few) })),
  };
}

const SILENCE = { count: 0, withWords: 0, negativeShare: null };

const isHeard = ({ significant, relativeRisk, kind }: JudgedFactor): boolean =>
  significant && relativeRisk > 1 && MET_KINDS.some((met) => met === kind);
