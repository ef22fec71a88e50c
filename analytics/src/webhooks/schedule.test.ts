import { expect, test } from "vitest";
import { nextAttempt, parseRetryAfter } from "./schedule.ts";

const now = new Date("2026-03-01T00:00:00Z");
const waitOf = (attempts: number, retryAfterSeconds?: number) => {
  const next = nextAttempt({ deliveryId: "d", attempts, now, retryAfterSeconds });
  return next && (next.getTime() - now.getTime()) / 1000;
};

test("a message is tried ten times over three days, later than the schedule by up to a fifth", () => {
  const waits = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
  waits.forEach((wait, index) => {
    expect(waitOf(index + 1)).toBeGreaterThanOrEqual(wait);
    expect(waitOf(index + 1)).toBeLessThan(wait * 1.2);
  });
  expect(waitOf(10)).toBeUndefined();
});

test("deliveries that failed together are not retried together", () => {
  const times = Array.from({ length: 50 }, (_, index) =>
    nextAttempt({ deliveryId: `d${index}`, attempts: 2, now, retryAfterSeconds: undefined })?.getTime(),
  );
  expect(new Set(times).size).toBe(50);
});

test("an endpoint may ask for more time than the schedule gives, up to a day, and never for less", () => {
  expect(waitOf(1, 600)).toBe(600);
  expect(waitOf(1, 10_000_000)).toBe(86_400);
  expect(waitOf(2, 1)).toBeGreaterThanOrEqual(300);
});

test("Retry-After is a number of seconds or a date; anything else counts as none", () => {
  expect(parseRetryAfter("120", now)).toBe(120);
  expect(parseRetryAfter("Sun, 01 Mar 2026 00:01:00 GMT", now)).toBe(60);
  expect(parseRetryAfter("Sat, 28 Feb 2026 00:00:00 GMT", now)).toBe(0);
  expect(parseRetryAfter("soon", now)).toBeUndefined();
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});
