import fc from "fast-check";
import { expect, test } from "vitest";
import { createQueue, type Waiting } from "./queue.ts";

function waiting(json: string, isError = false): Waiting {
  return { json, bytes: 10, isError };
}

test("a full queue drops the oldest record that is no error, then the oldest error", () => {
  const queue = createQueue(3);
  for (const item of [waiting("e1", true), waiting("a"), waiting("b")]) expect(queue.add(item)).toBe(0);
  expect(queue.add(waiting("e2", true))).toBe(1);
  expect(queue.add(waiting("e3", true))).toBe(1);
  expect(queue.add(waiting("e4", true))).toBe(1);
  expect(queue.take(10, 1_000).map(({ json }) => json)).toEqual(["e2", "e3", "e4"]);
});

test("a batch holds at most the bytes asked for, but always one record", () => {
  const queue = createQueue(10);
  for (const json of ["a", "b", "c", "d"]) queue.add(waiting(json));
  expect(queue.take(10, 25).map(({ json }) => json)).toEqual(["a", "b"]);
  expect(queue.take(10, 1).map(({ json }) => json)).toEqual(["c"]);
  expect(queue.take(10, 1_000).map(({ json }) => json)).toEqual(["d"]);
  expect(queue.take(10, 1_000)).toEqual([]);
});

test("what was put back is first again, and nothing is lost or counted twice", () => {
  const commands = fc.array(
    fc.oneof(fc.constant("add"), fc.constant("error"), fc.constant("back"), fc.constant("take")),
  );
  fc.assert(
    fc.property(commands, fc.integer({ min: 1, max: 8 }), (steps, maxSize) => {
      const queue = createQueue(maxSize);
      let [added, dropped, taken] = [0, 0, 0];
      for (const step of steps) {
        const batch = step === "add" || step === "error" ? [] : queue.take(3, 1_000);
        if (step === "take") taken += batch.length;
        else if (step === "back") dropped += queue.putBack(batch);
        else dropped += queue.add(waiting(`${added++}`, step === "error"));
        expect(queue.size()).toBeLessThanOrEqual(maxSize);
        expect(queue.size()).toBe(added - dropped - taken);
      }
      const order = queue.take(100, 10_000).map(({ json }) => Number(json));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }),
  );
});
