import { expect, test } from "vitest";
import { npsOf } from "../stats/nps.ts";
import { shareGap, shareOf } from "../stats/share.ts";
import { estimateOf, indexOf, partsWithEnough, sharesOf, weigh, withStandIns } from "./estimate.ts";
import { DEFAULT_WEIGHTS, PARTS, type Part } from "./experience-index.ts";

const none = { units: 0, tooFew: true, value: null, low: null, high: null } as const;
const known = (value: number, width: number) => ({
  units: 100,
  tooFew: false,
  value,
  low: value - width,
  high: value + width,
});
const all = (of: ReturnType<typeof known>) => ({
  success: of,
  errorFree: of,
  speed: of,
  satisfaction: of,
  sentiment: of,
});

test("a part's points are its share, and those of answers (NPS + 100) / 2, each with its interval", () => {
  const share = shareOf(80, 100);
  expect(estimateOf("success", { zero: 20, half: 0, full: 80 })).toEqual({
    units: 100,
    tooFew: false,
    value: 80,
    low: 100 * (share.low ?? NaN),
    high: 100 * (share.high ?? NaN),
  });
  const nps = npsOf({ promoters: 50, passives: 30, detractors: 20 });
  expect(estimateOf("sentiment", { zero: 20, half: 30, full: 50 })).toMatchObject({
    value: 65,
    low: ((nps.low ?? NaN) + 100) / 2,
    high: ((nps.high ?? NaN) + 100) / 2,
  });
  expect(estimateOf("speed", { zero: 0, half: 0, full: 0 })).toEqual(none);
});

test("the weight of a part with too few is spread over the others in proportion", () => {
  const estimates = { ...all(known(50, 1)), speed: { ...known(0, 1), tooFew: true }, sentiment: none };
  const shares = sharesOf(DEFAULT_WEIGHTS, partsWithEnough(estimates));
  expect(shares).toEqual({
    success: 30 / 70,
    errorFree: 20 / 70,
    speed: 0,
    satisfaction: 20 / 70,
    sentiment: 0,
  });
  expect(indexOf(estimates, shares)?.value).toBeCloseTo(50, 12);
});

test("an index of nothing is none, and so is one whose parts all weigh nothing", () => {
  const empty = { success: none, errorFree: none, speed: none, satisfaction: none, sentiment: none };
  expect(indexOf(empty, sharesOf(DEFAULT_WEIGHTS, []))).toBeUndefined();
  const onlySpeed = { ...DEFAULT_WEIGHTS, success: 0, errorFree: 0, satisfaction: 0, sentiment: 0 };
  const unmeasured = PARTS.filter((part) => part !== "speed");
  expect(indexOf(all(known(50, 1)), sharesOf(onlySpeed, unmeasured))).toBeUndefined();
});

test("the interval of two shares' difference is that of Newcombe", () => {
  const [one, other] = [shareOf(56, 70), shareOf(48, 80)];
  const gap = shareGap(one, other);
  const of = ({ share, low, high }: typeof one) => ({ value: share ?? 0, low: low ?? 0, high: high ?? 0 });
  const weighed = weigh([
    { weight: 1, of: of(one) },
    { weight: -1, of: of(other) },
  ]);
  expect(weighed?.value).toBeCloseTo(gap.gap ?? NaN, 12);
  expect(weighed?.low).toBeCloseTo(gap.low ?? NaN, 12);
  expect(weighed?.high).toBeCloseTo(gap.high ?? NaN, 12);
});

test("the index's interval covers what is true in 19 of 20 samples", () => {
  const truth: Record<Part, number> = {
    success: 0.9,
    errorFree: 0.97,
    speed: 0.6,
    satisfaction: 0.5,
    sentiment: 0.4,
  };
  const units: Record<Part, number> = {
    success: 400,
    errorFree: 300,
    speed: 60,
    satisfaction: 40,
    sentiment: 50,
  };
  const shares = sharesOf(DEFAULT_WEIGHTS, PARTS);
  const index = PARTS.reduce((sum, part) => sum + shares[part] * 100 * truth[part], 0);
  let state = 42;
  // Mulberry32, so that the samples are the same each time.
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const draw = (part: Part) => {
    let full = 0;
    for (let unit = 0; unit < units[part]; unit += 1) if (random() < truth[part]) full += 1;
    return estimateOf(part, { zero: units[part] - full, half: 0, full });
  };
  const samples = 2000;
  let covered = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    const found = indexOf(
      {
        success: draw("success"),
        errorFree: draw("errorFree"),
        speed: draw("speed"),
        satisfaction: draw("satisfaction"),
        sentiment: draw("sentiment"),
      },
      shares,
    );
    if (found !== undefined && found.low <= index && index <= found.high) covered += 1;
  }
  expect(covered / samples).toBeGreaterThan(0.935);
  expect(covered / samples).toBeLessThan(0.975);
});

test("the whole's value stands where there is too little of a part that counts", () => {
  const whole = all(known(80, 1));
  const own = { ...all(known(60, 1)), speed: none, sentiment: none };
  const { estimates, standIns } = withStandIns(own, whole, ["success", "speed"]);
  expect(standIns).toEqual(["speed"]);
  expect(estimates).toEqual({ ...own, speed: whole.speed });
});
