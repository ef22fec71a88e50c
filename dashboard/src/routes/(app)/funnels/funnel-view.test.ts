import { expect, test } from "vitest";
import { compareOverall, conversionOf, judgedOf, toBars } from "./funnel-view.ts";

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
  const bars = toBars({ steps: [step(200, 50, "Open"), step(150, 30), step(120, 0)] });
  expect(bars.map(({ shareOfFirst }) => shareOfFirst)).toEqual([1, 0.75, 0.6]);
  expect(bars[1]?.after?.dropShare).toBe(0.2);
  expect(bars[0]?.label).toBe("Open");
  expect(bars[1]?.label).toBe("vox.step");
});

test("nobody drops out after the last step", () => {
  expect(toBars({ steps: [step(10, 2), step(8, 8)] })[1]?.after).toBeUndefined();
});

test("the step most are lost after is marked, unless nobody is lost", () => {
  const bars = toBars({ steps: [step(200, 20), step(180, 60), step(120, 0)] });
  expect(bars.map((bar) => bar.after?.isWorst)).toEqual([false, true, undefined]);
  expect(toBars({ steps: [step(5, 0), step(5, 0)] })[0]?.after?.isWorst).toBe(false);
});

test("a funnel nobody entered has empty bars", () => {
  expect(toBars({ steps: [step(0, 0), step(0, 0)] }).map(({ shareOfFirst }) => shareOfFirst)).toEqual([0, 0]);
});

const counts = (steps: ReturnType<typeof step>[], conversion: number | null) => ({ steps, conversion });
const range = { from: "2026-05-08T00:00:00Z", to: "2026-05-15T00:00:00Z" };

test("a step is compared with the range before in points of those who can be judged", () => {
  const previous = { ...range, ...counts([step(100, 40), step(60, 0)], 0.6) };
  const [first, last] = toBars({ steps: [step(200, 60), step(140, 0)], previous });
  expect(first?.enteredBefore).toBe(100);
  expect(first?.after?.compared?.previous).toBe(0.6);
  expect(first?.after?.compared?.points).toBeCloseTo(10);
  expect(last?.enteredBefore).toBe(60);
});

test("too few in either range, judged or not, are not compared", () => {
  const few = { ...step(40, 5), stillInWindow: 11 };
  const many = step(40, 10);
  for (const [now, before] of [
    [few, many],
    [many, few],
  ] as const) {
    const previous = { ...range, ...counts([before, step(24, 0)], 0.6) };
    expect(toBars({ steps: [now, step(24, 0)], previous })[0]?.after?.compared?.points).toBeNull();
    const result = { unit: "customer" as const, ...range, ...counts([now, step(24, 0)], 0.8), previous };
    expect(compareOverall(result)).toEqual({ previous: 0.6, points: null });
  }
});

test("nothing is compared unless it was asked for", () => {
  expect(toBars({ steps: [step(200, 60), step(140, 0)] })[0]?.after?.compared).toBeUndefined();
});

test("a funnel of fewer than 30 who can be judged has no conversion", () => {
  const waiting = { ...step(40, 5), stillInWindow: 11 };
  const few = counts([waiting, step(24, 0)], 0.8);
  expect([judgedOf(few), conversionOf(few)]).toEqual([29, null]);
  expect(conversionOf(counts([step(30, 5), step(25, 0)], 0.8))).toBe(0.8);
});
