import fc from "fast-check";
import { expect, test } from "vitest";
import { takeBatch, takeExcess, type Waiting } from "./queue.ts";

function waiting(id: string, isError = false): Waiting {
  return { id, json: "x".repeat(10), isError };
}

const idsOf = (items: readonly Waiting[]): string[] => items.map(({ id }) => id);

test("the oldest records that are no errors are too much first, then the oldest errors", () => {
  const items = [
    waiting("e1", true),
    waiting("a"),
    waiting("b"),
    ...["e2", "e3", "e4"].map((id) => waiting(id, true)),
  ];
  expect(idsOf(takeExcess(items, 3))).toEqual(["a", "b", "e1"]);
  expect(idsOf(items)).toEqual(["e2", "e3", "e4"]);
  expect(takeExcess(items, 3)).toEqual([]);
});

test("a batch holds at most the characters asked for, but always one record", () => {
  const items = ["a", "b", "c", "d"].map((id) => waiting(id));
  expect(idsOf(takeBatch(items, 10, 25))).toEqual(["a", "b"]);
  expect(idsOf(takeBatch(items, 10, 1))).toEqual(["c"]);
  expect(idsOf(takeBatch(items, 10, 1_000))).toEqual(["d"]);
  expect(takeBatch(items, 10, 1_000)).toEqual([]);
});

test("nothing is lost or counted twice, and no error goes while anything else is there", () => {
  const records = fc.array(fc.boolean());
  fc.assert(
    fc.property(
      records,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 5 }),
      (errors, max, size) => {
        const all = errors.map((isError, index) => waiting(String(index), isError));
        const items = [...all];
        const excess = takeExcess(items, max);
        expect(items.length).toBe(Math.min(all.length, max));
        if (excess.some(({ isError }) => isError)) expect(items.every(({ isError }) => isError)).toBe(true);
        const order: Waiting[] = [];
        while (items.length) order.push(...takeBatch(items, size, 1_000));
        expect(idsOf(order)).toEqual(idsOf(all.filter((item) => !excess.includes(item))));
      },
    ),
  );
});
