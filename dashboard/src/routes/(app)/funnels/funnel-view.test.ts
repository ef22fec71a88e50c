import { expect, test } from "vitest";
import { toBars } from "./funnel-view.ts";

const step = (entered: number, dropped: number, label = "") => ({
  event: "vox.step",
  label,
  entered,
  continued: entered - dropped,
  dropped,
  stillInWindow: 0,
  excluded: 0,
  conversion: entered === 0 ? null : (entered - dropped) / entered,
  medianSeconds: 4,
  p90Seconds: 9,
});

test("bars are shares of step 1 and drop-offs shares of their own step", () => {
  const bars = toBars([step(200, 50, "Open"), step(150, 30), step(120, 0)]);
  expect(bars.map(({ shareOfFirst }) => shareOfFirst)).toEqual([1, 0.75, 0.6]);
  expect(bars[1]?.after?.dropShare).toBe(0.2);
  expect(bars[0]?.label).toBe("Open");
  expect(bars[1]?.label).toBe("vox.step");
});

test("nobody drops out after the last step", () => {
  expect(toBars([step(10, 2), step(8, 8)])[1]?.after).toBeUndefined();
});

test("the step most are lost after is marked, unless nobody is lost", () => {
  const bars = toBars([step(200, 20), step(180, 60), step(120, 0)]);
  expect(bars.map((bar) => bar.after?.isWorst)).toEqual([false, true, undefined]);
  expect(toBars([step(5, 0), step(5, 0)])[0]?.after?.isWorst).toBe(false);
});

test("a funnel nobody entered has empty bars", () => {
  expect(toBars([step(0, 0), step(0, 0)]).map(({ shareOfFirst }) => shareOfFirst)).toEqual([0, 0]);
});
