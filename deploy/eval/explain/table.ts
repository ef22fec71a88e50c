import { openWarehouse } from "@voxloop/warehouse";
import { table } from "../../bench/table.ts";
import { judgeScenarios, type Outcome } from "./judge.ts";

const SCENARIOS = 200;

/** How often an explanation names a planted cause first, and how often it blames something where there is nothing to blame. */
export async function explainTable(): Promise<string> {
  const warehouse = await openWarehouse({});
  try {
    await warehouse.migrate();
    const planted = await judgeScenarios(warehouse, { many: SCENARIOS, withCause: true, seed: "planted" });
    const empty = await judgeScenarios(warehouse, { many: SCENARIOS, withCause: false, seed: "empty" });
    const kinds = [...new Set(planted.map(({ kind }) => kind))].toSorted();
    const windows = [...new Set(empty.map(({ windowSeconds }) => windowSeconds))].toSorted((a, b) => a - b);
    const causes = [
      causeRow("all", planted),
      ...kinds.map((kind) =>
        causeRow(
          kind,
          planted.filter((one) => one.kind === kind),
        ),
      ),
    ];
    const nulls = [
      nullRow("all", empty),
      ...windows.map((window) =>
        nullRow(
          `${window} s`,
          empty.filter((one) => one.windowSeconds === window),
        ),
      ),
    ];
    return `${table(causes)}\n\n${table(nulls)}`;
  } finally {
    await warehouse.close();
  }
}

const shareOf = (all: readonly Outcome[], isSo: (one: Outcome) => boolean) =>
  `${((100 * all.filter(isSo).length) / all.length).toFixed(1)} %`;

const causeRow = (cause: string, all: readonly Outcome[]) => ({
  "planted cause": cause,
  scenarios: String(all.length),
  "named first": shareOf(all, ({ isFirst }) => isFirst),
  significant: shareOf(all, ({ isFound }) => isFound),
  "without a false flag": shareOf(all, ({ falseFlags }) => falseFlags === 0),
});

const nullRow = (window: string, all: readonly Outcome[]) => ({
  "no cause, window": window,
  scenarios: String(all.length),
  "without a false flag": shareOf(all, ({ falseFlags }) => falseFlags === 0),
  "the same, not at equal times": shareOf(all, ({ plainFlags }) => plainFlags === 0),
});
