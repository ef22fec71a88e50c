import { expect, test } from "vitest";
import { shareOf } from "./share.ts";

const IDS = Array.from({ length: 20_000 }, (_, index) => `customer-${index}`);

test("shares are spread evenly, also over ids that count up", () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const id of IDS) tenths[Math.floor(shareOf("sample", id) * 10)]!++;
  for (const count of tenths) expect(Math.abs(count - IDS.length / 10)).toBeLessThan(200);
});

test("who is in one sample says nothing about who is in another", () => {
  const both = IDS.filter((id) => shareOf("a", id) < 0.5 && shareOf("b", id) < 0.5);
  expect(Math.abs(both.length / IDS.length - 0.25)).toBeLessThan(0.02);
});

test("a share never changes", () => {
  expect(shareOf("sample", "customer-4711")).toBe(shareOf("sample", "customer-4711"));
  expect([shareOf("", ""), shareOf("survey", "顾客"), shareOf("x", "😀")]).toMatchInlineSnapshot(`
    [
      0.28190421988256276,
      0.09829937340691686,
      0.7799544886220247,
    ]
  `);
});
