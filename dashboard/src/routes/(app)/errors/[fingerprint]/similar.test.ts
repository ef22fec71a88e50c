import { expect, test } from "vitest";
import { bySimilarity, likeness } from "./similar.ts";

const group = (title: string, code = "") => ({ title, code, type: "Error", flow: "" });

test("texts that differ in a number are alike, and others are not, in either language", () => {
  expect(likeness("gateway timed out after 3143 ms", "gateway timed out after 9 ms")).toBe(1);
  expect(likeness("转账限额校验失败", "转账限额检验失败")).toBeGreaterThan(0.5);
  expect(likeness("转账限额校验失败", "验证码超时")).toBeLessThan(0.2);
  expect(likeness("", "")).toBe(0);
});

test("the most alike come first, and one code in two flows is likely one error", () => {
  const others = [group("something else"), group("no money left"), group("余额不足", "E1")];
  expect(bySimilarity(group("no money left on it", "E1"), others)).toEqual([
    { group: others[2], isLikely: true },
    { group: others[1], isLikely: true },
    { group: others[0], isLikely: false },
  ]);
  expect(bySimilarity(undefined, others).map((one) => one.group)).toEqual(others);
});
