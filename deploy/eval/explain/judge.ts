import { adjustPValues, explainDrop, relativeRisk, type DropFactor } from "@voxloop/analytics";
import type { Warehouse } from "@voxloop/warehouse";
import { FROM, playScenario, RANGE_MS, type Scenario } from "./scenario.ts";

export interface Outcome {
  windowSeconds: number;
  kind: string;
  /** Whether the planted cause is first, and significant; of no cause, false. */
  isFirst: boolean;
  isFound: boolean;
  /** Factors called significant that have nothing to do with it. */
  falseFlags: number;
  /** The same for who met a factor at any time against who did not. */
  plainFlags: number;
}

/** Plays scenarios, each a project of its own, and asks for an explanation of each. */
export async function judgeScenarios(
  warehouse: Warehouse,
  { many, withCause, seed }: { many: number; withCause: boolean; seed: string },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < many; at++) {
    const scenario = playScenario(`${seed}:${at}`, withCause);
    const projectId = `${seed}-${at}`;
    await warehouse.insert(
      "events_v1",
      scenario.events.map((event) => ({ project_id: projectId, received_at: event["time"], ...event })),
    );
    outcomes.push(judge(scenario, await explain(warehouse, projectId, scenario.windowSeconds)));
  }
  return outcomes;
}

async function explain(
  warehouse: Warehouse,
  projectId: string,
  windowSeconds: number,
): Promise<DropFactor[]> {
  const query = {
    steps: [{ event: "start" }, { event: "end" }],
    order: "ordered" as const,
    unit: "customer" as const,
    windowSeconds,
    from: new Date(FROM).toISOString(),
    to: new Date(FROM + RANGE_MS).toISOString(),
    step: 1,
  };
  const now = new Date(FROM + RANGE_MS + windowSeconds * 1000 + 1);
  const { factors } = await explainDrop(warehouse, { projectId, query, now });
  return factors;
}

function judge({ cause, windowSeconds }: Scenario, factors: readonly DropFactor[]): Outcome {
  const isCause = ({ kind, title }: DropFactor) => kind === cause?.kind && title === cause.name;
  const flagged = factors.filter(({ significant }) => significant);
  const first = factors[0];
  return {
    windowSeconds,
    kind: cause?.kind ?? "",
    isFirst: first !== undefined && first.significant && isCause(first),
    isFound: flagged.some(isCause),
    falseFlags: flagged.filter((factor) => !isCause(factor) && !isConsequence(factor, cause)).length,
    plainFlags: countPlainFlags(factors),
  };
}

function countPlainFlags(factors: readonly DropFactor[]): number {
  const risks = factors.map(({ exposed, exposedDropped, unexposed, unexposedDropped }) =>
    relativeRisk({ exposed, exposedCases: exposedDropped, unexposed, unexposedCases: unexposedDropped }),
  );
  return adjustPValues(risks.map((risk) => risk?.pValue ?? 1)).filter((pValue) => pValue < 0.05).length;
}

/** What follows the cause is told apart from chance; so are the other values of the trait that is the cause. */
function isConsequence({ kind, key, title }: DropFactor, cause: Scenario["cause"]): boolean {
  const isSibling = kind === cause?.kind && (kind === "release" || property(key) === property(cause.name));
  return title.includes("echo") || (isSibling && (kind === "release" || kind === "segment"));
}

const property = (name: string) => name.split("=")[0];
