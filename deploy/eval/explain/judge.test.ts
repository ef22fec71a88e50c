import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { judgeScenarios } from "./judge.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

test("planted causes are named first", async () => {
  const outcomes = await judgeScenarios(warehouse, { many: 5, withCause: true, seed: "cause" });
  expect(outcomes.filter(({ isFirst }) => isFirst)).toHaveLength(5);
}, 300_000);

test("where there is no cause none is named, though most would be if time did not count", async () => {
  const outcomes = await judgeScenarios(warehouse, { many: 5, withCause: false, seed: "null" });
  expect(outcomes.map(({ falseFlags }) => falseFlags)).toEqual([0, 0, 0, 0, 0]);
  expect(outcomes.filter(({ plainFlags }) => plainFlags > 0).length).toBeGreaterThan(2);
}, 300_000);
