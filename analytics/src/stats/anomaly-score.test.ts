import { expect, test } from "vitest";
import { createAnomalyScore } from "./anomaly-score.ts";
import { simulateCounts } from "./simulated-counts.fixture.ts";

const WEEK = 168;
/** A fifth further than the furthest before. */
const ALARM = 0.55;
const HOURLY = {
  day: 24,
  memory: 14 * 24,
  spans: [1, 3, 6],
  probation: 48,
  forgiving: WEEK,
  isCount: true,
  quiet: 24,
};

const pointsOf = (values: readonly (number | null)[], options = HOURLY) => {
  const score = createAnomalyScore(options);
  return values.map((value) => score(value));
};

test("a spike is told with what was observed and what was expected, a day like the others is not", () => {
  const counts = simulateCounts({ hours: 4 * WEEK, mean: 10, seed: 1 });
  counts[640] = 90;
  const points = pointsOf(counts);
  expect(points.slice(0, 640).every(({ score }) => score < ALARM)).toBe(true);
  const spike = points[640];
  expect(spike?.span).toBe(1);
  expect(spike?.observed).toBeCloseTo(90, 6);
  expect(spike?.score).toBeGreaterThan(0.6);
  expect(spike?.expected).toBeGreaterThan(spike?.low ?? NaN);
  expect(spike?.expected).toBeLessThan(spike?.high ?? NaN);
  expect(spike?.high).toBeLessThan(90);
});

test("what is much for the night is told though it is little for the day", () => {
  const counts = simulateCounts({ hours: 4 * WEEK, mean: 30, seed: 2 });
  const night = 24 * 22;
  counts[night] = 45;
  const points = pointsOf(counts);
  expect(points[night]?.score).toBeGreaterThan(ALARM);
  expect(points[night + 12]?.score).toBe(0);
});

test("a little more that lasts is told over several steps", () => {
  const counts = simulateCounts({ hours: 4 * WEEK, mean: 30, seed: 3 }).map((count, hour) =>
    hour >= 632 && hour < 638 ? count + 28 : count,
  );
  const told = pointsOf(counts).flatMap(({ score, span, observed, expected }, hour) =>
    score >= ALARM && observed > expected ? [{ hour, span }] : [],
  );
  expect(told[0]?.hour).toBeGreaterThanOrEqual(632);
  expect(told[0]?.hour).toBeLessThan(638);
  expect(told.every(({ span }) => span > 1)).toBe(true);
});

test("unknown steps are no anomaly, and neither is what comes after them", () => {
  const counts = simulateCounts({ hours: 4 * WEEK, mean: 20, seed: 4 });
  const gappy = counts.map((count, hour) => (hour >= 500 && hour < 530 ? null : count));
  expect(pointsOf(gappy).every(({ score }) => score < ALARM)).toBe(true);
});

test("nothing is told of a launch, which has no history", () => {
  const launch = simulateCounts({ hours: 48, mean: 50, seed: 5 });
  expect(pointsOf(launch).every(({ score }) => score === 0)).toBe(true);
});

test("a level that stays is told when it comes, and not again a week later", () => {
  const before = simulateCounts({ hours: 2 * WEEK, mean: 5, seed: 6 });
  const after = simulateCounts({ hours: 3 * WEEK, mean: 20, seed: 7 });
  const points = pointsOf([...before, ...after]);
  const told = points.flatMap(({ score }, hour) => (score >= ALARM ? [hour] : []));
  expect(told[0]).toBeGreaterThanOrEqual(2 * WEEK);
  expect(told[0]).toBeLessThan(2 * WEEK + 24);
  expect(told.filter((hour) => hour > 3 * WEEK)).toEqual([]);
  expect(points.at(-1)?.expected).toBeGreaterThan(4);
});

test("a measure is scored by what it did before, whatever its unit", () => {
  const measures = simulateCounts({ hours: 4 * WEEK, mean: 20, seed: 8 });
  measures[650] = 200;
  const options = { ...HOURLY, isCount: false };
  const small = pointsOf(measures, options)[650];
  const large = pointsOf(
    measures.map((value) => value * 1000),
    options,
  )[650];
  expect(small?.score).toBeGreaterThan(0.6);
  expect(large?.score).toBeCloseTo(small?.score ?? NaN, 8);
});

test("of 200 seasonal series in which nothing happened, fewer than one in a hundred weeks has an alarm", () => {
  const means = [0.1, 1, 5, 20, 100];
  const alarms = Array.from({ length: 200 }, (_, seed) => {
    const mean = means[seed % means.length] ?? 1;
    const counts = simulateCounts({ hours: 4 * WEEK, mean, seed: 1000 + seed });
    return pointsOf(counts).filter(({ score, observed, expected }) => score >= ALARM && observed > expected)
      .length;
  });
  const weeks = 200 * 4;
  expect(alarms.reduce((sum, count) => sum + count, 0) / weeks).toBeLessThan(0.01);
});
