import { expect, test } from "vitest";
import { simulateCounts } from "../stats/simulated-counts.fixture.ts";
import { currentSpike } from "./spike.ts";

const WEEK = 168;
const usual = simulateCounts({ hours: 4 * WEEK, mean: 10, seed: 11 });
/** The usual hours, and then more than usual in each of the last. */
const withLast = (...last: number[]) => [...usual.slice(0, -last.length), ...last];

test("a spike is found in its first hour, with its expected range", () => {
  const spike = currentSpike(withLast(90));
  expect(spike).toMatchObject({ since: 4 * WEEK - 1, at: 4 * WEEK - 1, span: 1 });
  expect(spike?.observed).toBeCloseTo(90, 6);
  expect(spike?.high).toBeLessThan(60);
  expect(spike?.expected).toBeLessThan(20);
});

test("nothing spikes where the hours are as usual", () => {
  expect(currentSpike(usual)).toBeUndefined();
  expect(currentSpike(usual.map(() => 0))).toBeUndefined();
});

test("a spike goes on from its first hour while it stays high, and is over after two calm hours", () => {
  expect(currentSpike(withLast(90, 80, 85))?.since).toBe(4 * WEEK - 3);
  expect(currentSpike(withLast(90, 10, 85))?.since).toBe(4 * WEEK - 3);
  expect(currentSpike(withLast(90, 5, 5))).toBeUndefined();
});

const lasting = (hours: number) => withLast(...Array.from({ length: hours }, () => 90));

test("what stays for a day is the new level", () => {
  expect(currentSpike(lasting(12))).toBeDefined();
  expect(currentSpike(lasting(30))).toBeUndefined();
});

test("fewer than five customers are no spike, however few were expected", () => {
  const rare = usual.map(() => 0);
  expect(currentSpike([...rare, 4])).toBeUndefined();
  expect(currentSpike([...rare, 14])).toMatchObject({ observed: expect.closeTo(14, 6), low: 0 });
});

test("an unknown hour is no spike and ends none, two end it", () => {
  expect(currentSpike([...withLast(90, 85), null])).toBeDefined();
  expect(currentSpike([...withLast(90, 85), null, null])).toBeUndefined();
  expect(currentSpike([...usual, null])).toBeUndefined();
});
