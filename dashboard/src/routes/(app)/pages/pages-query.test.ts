import { expect, test } from "vitest";
import { askedOf, nextOrder, wholeMinute } from "./pages-query.ts";

test("the address says what is asked, and what cannot be asked is as by default", () => {
  const asked = { tab: "hidden", sort: "exits", order: "asc", q: "pay", near: 2 };
  expect(askedOf(new URLSearchParams("tab=hidden&sort=exits&order=asc&q=pay&near=2"))).toEqual(asked);
  expect(askedOf(new URLSearchParams("tab=x&sort=page&order=up&near=9"))).toEqual({
    tab: "all",
    sort: "visits",
    order: "desc",
    q: "",
    near: 1,
  });
});

test("a column is sorted by the most first, and clicked again by the least", () => {
  const asked = askedOf(new URLSearchParams("sort=exits"));
  expect(nextOrder(asked, "exits")).toEqual({ sort: "exits", order: "asc" });
  expect(nextOrder({ ...asked, order: "asc" }, "exits")).toEqual({ sort: "exits", order: undefined });
  expect(nextOrder(asked, "visits")).toEqual({ sort: undefined, order: undefined });
});

test("the range ends at a whole minute", () => {
  expect(wholeMinute(new Date("2026-05-01T10:20:59.999Z"))).toEqual(new Date("2026-05-01T10:20:00.000Z"));
});
