import { expect, test } from "vitest";
import { createAttemptLimit } from "./attempt-limit.ts";

const start = new Date("2026-03-01T00:00:00Z");
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);

test("attempts are counted by key from the first one, until the window ends or one succeeds", () => {
  const limit = createAttemptLimit({ attempts: 2, windowSeconds: 60 });
  expect([limit.take("a", start), limit.take("a", after(10)), limit.take("a", after(20))]).toEqual([
    0, 0, 40,
  ]);
  expect(limit.take("b", after(20))).toBe(0);
  expect(limit.take("a", after(60))).toBe(0);
  limit.take("a", after(61));
  limit.clear("a");
  expect(limit.take("a", after(62))).toBe(0);
});

test("a flood of made-up keys does not free the keys that were refused last", () => {
  const limit = createAttemptLimit({ attempts: 1, windowSeconds: 60 });
  for (let key = 0; key < 10_000; key++) limit.take(`flood ${key}`, start);
  limit.take("a", start);
  for (let key = 0; key < 5_000; key++) limit.take(`more ${key}`, after(1));
  expect(limit.take("a", after(2))).toBe(58);
});
