import { expect, test } from "vitest";
import { sparklinePoints } from "./sparkline.ts";

test("the highest value touches the top and zero the bottom", () => {
  expect(sparklinePoints([0, 4, 2], 20, 10)).toBe("0.0,10.0 10.0,0.0 20.0,5.0");
});

test("a quiet line lies on the bottom, not in the middle", () => {
  expect(sparklinePoints([0, 0], 20, 10)).toBe("0.0,10.0 20.0,10.0");
});
