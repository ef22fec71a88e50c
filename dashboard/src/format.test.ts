import { describe, expect, test } from "vitest";
import { changeFrom, createFormat } from "./format.ts";
import { rangeOf, timesOf } from "./range.ts";
import { toSearch } from "./api.ts";

const english = createFormat("en", "Asia/Shanghai");
const chinese = createFormat("zh-CN", "Asia/Shanghai");

describe("numbers and times", () => {
  test("times are shown in the project's time zone", () => {
    expect(english.dateTime("2026-11-24T18:05:00.000Z")).toBe("Nov 25, 02:05");
    expect(chinese.dateTime("2026-11-24T18:05:00.000Z")).toContain("25日");
  });

  test("a day is not moved by a time zone", () => {
    expect(createFormat("en", "America/New_York").day("2026-11-24")).toBe("Nov 24");
  });

  test("large numbers are shortened as the language does it", () => {
    expect(english.compact(9999)).toBe("9,999");
    expect(english.compact(1_234_567)).toBe("1.2M");
    expect(chinese.compact(1_234_567)).toBe("123.5万");
  });

  test("a change carries its sign and no change carries none", () => {
    expect(english.change(0.2)).toBe("+20%");
    expect(english.change(-0.5)).toBe("-50%");
    expect(english.change(0)).toBe("0%");
  });

  test("a growth beyond tenfold is not given in digits", () => {
    expect(english.growth(970.25)).toBe("> +999%");
    expect(english.growth(-0.5)).toBe("-50%");
  });

  test("durations use the unit that suits them", () => {
    expect(english.duration(4.2)).toBe("4.2 sec");
    expect(english.duration(150)).toBe("2.5 min");
    expect(english.duration(7200)).toBe("2 hr");
  });

  test("a time in the future is never 'in 3 seconds' because of clock skew", () => {
    expect(english.ago("2026-11-24T00:00:05.000Z", new Date("2026-11-24T00:00:00.000Z"))).toBe("now");
  });

  test("a change from nothing cannot be stated", () => {
    expect(changeFrom(0, 5)).toBeNull();
    expect(changeFrom(null, 5)).toBeNull();
    expect(changeFrom(4, 5)).toBe(0.25);
  });
});

describe("the address", () => {
  test("an unknown range falls back", () => {
    expect(rangeOf(new URLSearchParams("range=9y"))).toBe("24h");
    expect(rangeOf(new URLSearchParams("range=7d"))).toBe("7d");
  });

  test("a range ends now", () => {
    expect(timesOf("1h", new Date("2026-11-24T12:00:00.000Z"))).toEqual({
      from: "2026-11-24T11:00:00.000Z",
      to: "2026-11-24T12:00:00.000Z",
    });
  });

  test("repeated filters are repeated and empty ones left out", () => {
    expect(toSearch({ filter: ["os:iOS", "flow:transfer"], q: "", limit: 5, cursor: undefined })).toBe(
      "?filter=os%3AiOS&filter=flow%3Atransfer&limit=5",
    );
  });
});
