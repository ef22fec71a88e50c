import { expect, test } from "vitest";
import { isReleaseOrLater } from "./version.ts";

test.each([
  ["8.0.2", "8.0.2", true],
  ["8.0.10", "8.0.2", true],
  ["8.1", "8.0.2", true],
  ["v8.0.3", "8.0.2", true],
  ["8.0.2.1", "8.0.2", true],
  ["8.0.1", "8.0.2", false],
  ["8.0.2-rc.1", "8.0.2", false],
  ["8.0.2", "8.0.2-rc.1", true],
  ["7.99.0", "8.0.2", false],
  ["", "8.0.2", false],
])("%s is %s or later: %s", (version, fixed, expected) => {
  expect(isReleaseOrLater(version, fixed)).toBe(expected);
});

test("versions that are no numbers follow the order of their release", () => {
  const order = new Map([
    ["a1f", new Date("2026-05-01")],
    ["9c0", new Date("2026-05-03")],
    ["77b", new Date("2026-05-02")],
  ]);
  expect(isReleaseOrLater("9c0", "77b", order)).toBe(true);
  expect(isReleaseOrLater("a1f", "77b", order)).toBe(false);
  expect(isReleaseOrLater("77b", "77b")).toBe(true);
});

test("a version without a known order is older", () => {
  expect(isReleaseOrLater("deadbeef", "77b", new Map([["77b", new Date()]]))).toBe(false);
});

test("a label that moves is neither older nor newer by its time, whatever was declared", () => {
  const order = new Map([
    ["latest", new Date("2026-05-03")],
    ["77b", new Date("2026-05-02")],
  ]);
  expect(isReleaseOrLater("latest", "77b", order)).toBe(false);
  expect(isReleaseOrLater("latest", "8.0.2", order)).toBe(false);
  expect(isReleaseOrLater("77b", "latest", new Map([...order, ["77b", new Date("2026-05-09")]]))).toBe(false);
});
