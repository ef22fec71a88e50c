import { expect, test } from "vitest";
import { DEFAULT, draftOf, toFrequency, toQuestion, toSearch, type Draft } from "./draft.ts";

const times = { from: "2026-05-01T00:00:00.000Z", to: "2026-05-08T00:00:00.000Z" };
const asked: Draft = {
  period: "week",
  cohort: "recurring",
  start: "opened",
  returning: "paid",
  breakdown: "os",
};

test("the address keeps a question, and only what is not as by default", () => {
  const search = new URLSearchParams(
    Object.entries(toSearch(asked)).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  expect(draftOf(search)).toEqual(asked);
  expect(Object.values(toSearch(DEFAULT)).every((value) => value === undefined)).toBe(true);
});

test("what cannot be asked is as by default", () => {
  expect(draftOf(new URLSearchParams("period=hour&cohort=last&breakdown=page"))).toEqual(DEFAULT);
});

test("no name is any event, and no breakdown tells nobody apart", () => {
  expect(toQuestion(DEFAULT, times)).toEqual({
    start: {},
    returning: {},
    cohort: "first",
    period: "day",
    periods: 14,
    ...times,
  });
  expect(toQuestion(asked, times)).toMatchObject({ start: { event: "opened" }, periods: 8, breakdown: "os" });
  expect(toFrequency(asked, times)).toEqual({ activity: { event: "paid" }, period: "week", ...times });
});
