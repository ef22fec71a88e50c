import { expect, test } from "vitest";
import { DEFAULT, draftOf, toQuestion, toSearch, type Draft } from "./draft.ts";

const times = { from: "2026-05-01T00:00:00.000Z", to: "2026-05-02T00:00:00.000Z" };
const draft: Draft = {
  direction: "to",
  kind: "page",
  anchor: "/pay/:id",
  by: "event",
  depth: 2,
  minShare: 0.5,
  unit: "customer",
  goal: "paid",
};
const searchOf = (given: Draft) =>
  new URLSearchParams(
    Object.entries(toSearch(given)).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

test("a question survives the address, and the default one leaves it empty", () => {
  expect(draftOf(searchOf(draft))).toEqual(draft);
  expect(searchOf(DEFAULT).toString()).toBe("");
  expect(draftOf(new URLSearchParams())).toEqual(DEFAULT);
});

test("what cannot be asked is as by default", () => {
  const search = new URLSearchParams("direction=up&kind=x&anchor=+&by=&depth=99&minShare=-1&unit=visit");
  expect(draftOf(search)).toEqual(DEFAULT);
});

test("the api is asked with a share of one, and for a goal only after the anchor", () => {
  expect(toQuestion(draft, times)).toEqual({
    anchor: { page: "/pay/:id" },
    direction: "to",
    by: "event",
    depth: 2,
    minShare: 0.005,
    collapse: true,
    unit: "customer",
    ...times,
  });
  expect(toQuestion({ ...draft, direction: "from", kind: "event" }, times)).toMatchObject({
    anchor: { event: "/pay/:id" },
    goal: "paid",
  });
});
