import { openWarehouse } from "@voxloop/warehouse";
import { expect, test } from "vitest";
import { z } from "zod";
import { matchEvent, type EventWhere } from "./event-filter.ts";

const CASES: [EventWhere, boolean][] = [
  [{ plan: "gold" }, true],
  [{ plan: "gold", amount: "1" }, false],
  [[{ property: "plan", operator: "!=", value: "gold" }], false],
  [[{ property: "unknown", operator: "!=", value: "gold" }], true],
  [[{ property: "plan", operator: "in", value: ["silver", "gold"] }], true],
  [[{ property: "plan", operator: "not_in", value: ["silver", "gold"] }], false],
  [[{ property: "vox.flow", operator: "contains", value: "ans" }], true],
  [[{ property: "flow", operator: "not_contains", value: "ans" }], false],
  [[{ property: "flow", operator: "regex", value: "^tr.*r$" }], true],
  [[{ property: "amount", operator: ">", value: 9.5 }], true],
  [[{ property: "amount", operator: "<", value: 10 }], false],
  [[{ property: "plan", operator: ">=", value: 0 }], false],
  [[{ property: "amount", operator: "between", value: [10, 20] }], true],
  [[{ property: "plan", operator: "set" }], true],
  [[{ property: "unknown", operator: "unset" }], true],
  [[{ property: "x'} OR 1", operator: "=", value: "' OR 1 --" }], false],
];

test("every operator says of an event what it is named for", async () => {
  const warehouse = await openWarehouse({});
  try {
    const matches = CASES.map(([where], index) => matchEvent({ where }, `case${index}`));
    const sql = `SELECT [${matches.map((match) => `toBool(${match.sql})`).join(", ")}] AS held
      FROM (SELECT 'transfer' AS flow, map('plan', 'gold', 'amount', '10') AS attributes)`;
    const params = Object.assign({}, ...matches.map((match) => match.params)) as Record<string, string>;
    const row = z.object({ held: z.array(z.boolean()) });
    const [found] = await warehouse.query({ name: "event-filter-test", sql, params, row });
    expect(found?.held).toEqual(CASES.map(([, held]) => held));
  } finally {
    await warehouse.close();
  }
});
