import { expect, test } from "vitest";
import { readFilters, writeFilters } from "./error-filter.ts";

test("a value may hold a colon", () => {
  expect(readFilters(["flow:pay:bill"])).toEqual([{ property: "flow", value: "pay:bill" }]);
});

test("what is no filter is left out", () => {
  expect(readFilters(["colour:red", "os:", "os", ":x"])).toEqual([]);
});

test("the same filter twice is one", () => {
  const filter = { property: "os", value: "iOS" } as const;
  expect(writeFilters([filter, filter])).toEqual(["os:iOS"]);
});
