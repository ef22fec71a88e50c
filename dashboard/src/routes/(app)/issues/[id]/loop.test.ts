import { expect, test } from "vitest";
import { stepsOf } from "./loop.ts";

const release = { version: "8.0.2", service: "", environment: "", releasedAt: "2026-11-24T00:00:00.000Z" };

test("what lies before the present state is done and what lies after is ahead", () => {
  expect(stepsOf({ state: "decided", closeReason: null, release: null }).map(({ is }) => is)).toEqual([
    "done",
    "done",
    "current",
    "ahead",
    "ahead",
    "ahead",
  ]);
});

test("an effective fix went all the way round", () => {
  const steps = stepsOf({ state: "closed", closeReason: "effective", release });
  expect(steps.map(({ is }) => is)).toEqual(["done", "done", "done", "done", "done", "current"]);
});

test("one closed without a fix skipped the release", () => {
  const steps = stepsOf({ state: "closed", closeReason: "duplicate", release: null });
  expect(steps.map(({ is }) => is)).toEqual(["done", "done", "skipped", "skipped", "skipped", "current"]);
});
