import type { Deps } from "../../deps.ts";
import type { SavedFunnel } from "../funnel.ts";
import { queryFunnel } from "../query.ts";
import { listFunnels } from "../store.ts";
import { fallsOf, judgeDay, type StepDay, type StepJudgement } from "./fall.ts";

const DAY_MS = 86_400_000;
const WEEKS = 4;
/** Events may arrive this late and still be judged. */
const LATE_MS = 3_600_000;

export interface StepLook extends StepJudgement {
  funnel: SavedFunnel;
  /** From 1. */
  step: number;
  from: Date;
  to: Date;
}

/**
 * Every step of a project's saved ordered funnels that can be judged, of the last day (UTC) whose windows are all over. A day
 * looks the same whenever it is asked, so that asking often is still one look a day.
 */
export async function lookAtSteps(
  deps: Deps,
  projectId: string,
): Promise<{ looks: StepLook[]; falls: StepLook[] }> {
  const looks: StepLook[] = [];
  for (const funnel of await listFunnels(deps.ledger, projectId))
    if (funnel.definition.order === "ordered")
      looks.push(...(await lookAtFunnel(deps, { projectId, funnel })));
  return { looks, falls: fallsOf(looks) };
}

async function lookAtFunnel(deps: Deps, of: { projectId: string; funnel: SavedFunnel }): Promise<StepLook[]> {
  const over = deps.now().getTime() - LATE_MS - of.funnel.definition.windowSeconds * 1000;
  const today = Math.floor(over / DAY_MS) - 1;
  const days: StepDay[][] = [];
  for (let day = today; day >= today - WEEKS * 7; day -= 1) days.push(await countDay(deps, { ...of, day }));
  const [last = [], ...before] = days;
  const at = { from: new Date(today * DAY_MS), to: new Date((today + 1) * DAY_MS) };
  return last.flatMap((step, index) => {
    const judged = judgeDay(
      step,
      before.flatMap((day) => day[index] ?? []),
    );
    return judged === undefined ? [] : [{ ...judged, ...at, funnel: of.funnel, step: index + 1 }];
  });
}

/** A day for every step but the last, which leads nowhere. */
async function countDay(
  deps: Deps,
  { projectId, funnel, day }: { projectId: string; funnel: SavedFunnel; day: number },
): Promise<StepDay[]> {
  const { breakdown: _, ...definition } = funnel.definition;
  const range = {
    from: new Date(day * DAY_MS).toISOString(),
    to: new Date((day + 1) * DAY_MS).toISOString(),
  };
  const { steps } = await queryFunnel(deps.warehouse, {
    projectId,
    funnel: { ...definition, ...range },
    now: deps.now(),
  });
  return steps
    .slice(0, -1)
    .map(({ continued, dropped }) => ({ day, entered: continued + dropped, continued }));
}
