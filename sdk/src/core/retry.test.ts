import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { isRetryable, readRetryAfter, retryDelayMs } from "./retry.ts";
import { VERSION } from "./version.ts";

test.each([0, 429, 502, 503, 504])("%i is tried again", (status) => expect(isRetryable(status)).toBe(true));

test.each([200, 400, 401, 403, 404, 413, 415, 500, 501, 505])("%i is not tried again", (status) =>
  expect(isRetryable(status)).toBe(false),
);

test("the delay doubles from one second to one minute, half of it random", () => {
  const delays = [1, 2, 3, 7, 8, 1_000].map((failures) => retryDelayMs(failures, undefined, 0));
  expect(delays).toEqual([500, 1_000, 2_000, 30_000, 30_000, 30_000]);
  expect(retryDelayMs(1, undefined, 0.999)).toBeCloseTo(999.5);
});

test("a server that names a time gets at least that, and an hour at most", () => {
  expect(retryDelayMs(5, 2_000, 0)).toBe(2_000);
  expect(retryDelayMs(5, 2_000, 0.5)).toBe(2_100);
  expect(retryDelayMs(5, 1e12, 0)).toBe(3_600_000);
});

test("Retry-After is read as seconds or as a date", () => {
  const now = Date.parse("2026-11-24T20:00:00Z");
  expect(readRetryAfter("3", now)).toBe(3_000);
  expect(readRetryAfter("Tue, 24 Nov 2026 20:00:10 GMT", now)).toBe(10_000);
  expect(readRetryAfter("Tue, 24 Nov 2026 19:00:00 GMT", now)).toBe(0);
  expect(readRetryAfter("soon", now)).toBeUndefined();
  expect(readRetryAfter(null, now)).toBeUndefined();
});

test("the version sent is the package's", () => {
  expect(VERSION).toBe(packageJson.version);
});
