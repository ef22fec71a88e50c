import { expect, test } from "vitest";
import { judgeGap } from "./gap.ts";

const gap = { exposedNps: 0, exposedAnswers: 50, otherNps: 40, otherAnswers: 90, gap: -40, tooFew: false };

test("a difference is claimed only where the interval excludes zero", () => {
  expect(judgeGap({ ...gap, low: -60, high: -20 })).toBe("worse");
  expect(judgeGap({ ...gap, low: -60, high: 2 })).toBe("unsure");
  expect(judgeGap({ ...gap, low: 3, high: 20 })).toBe("better");
});

test("too few answers are never judged", () => {
  expect(judgeGap({ ...gap, low: null, high: null, tooFew: true })).toBe("too_few");
});
