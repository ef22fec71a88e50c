import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import { listQueries, sayPart, sayShareOfAll } from "./search-list.ts";

const format = createFormat("en", "UTC");
const queryOf = (query: string) => ({
  query,
  searches: 9,
  customers: 5,
  empty: 1,
  clicked: 3,
  reformulated: 2,
});

test("the box finds queries by a part of them, in any case and order kept", () => {
  const queries = ["transfer limit", "转账限额", "limit"].map(queryOf);
  expect(listQueries(queries, " LIMIT ").shown.map(({ query }) => query)).toEqual([
    "transfer limit",
    "limit",
  ]);
  expect(listQueries(queries, "限额").shown.map(({ query }) => query)).toEqual(["转账限额"]);
  expect(listQueries(queries, "").shown).toHaveLength(3);
  expect(listQueries(queries, "none")).toEqual({ shown: [], more: 0 });
});

test("a hundred rows are shown, and how many more there are is said", () => {
  const queries = Array.from({ length: 130 }, (_, at) => queryOf(`q${at}`));
  const { shown, more } = listQueries(queries, "");
  expect([shown.length, shown[0]?.query, more]).toEqual([100, "q0", 30]);
});

test("few searches make no share", () => {
  expect([sayPart(1, 4, format), sayPart(1, 5, format)]).toEqual(["1 / 4", "20%"]);
  expect([sayShareOfAll(3, 29, format), sayShareOfAll(3, 30, format), sayShareOfAll(0, 0, format)]).toEqual([
    "–",
    "10%",
    "–",
  ]);
});
