import { assert, constantFrom, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { instantOf, localOf } from "./zoned.ts";

test("a day ends at its last minute in the project's time zone", () => {
  expect(instantOf("2026-11-24", "Asia/Shanghai")).toBe("2026-11-24T15:59:00.000Z");
});

test("clock changes are heeded", () => {
  expect(instantOf("2026-03-29T12:00", "Europe/Berlin")).toBe("2026-03-29T10:00:00.000Z");
  expect(instantOf("2026-10-25T12:00", "Europe/Berlin")).toBe("2026-10-25T11:00:00.000Z");
});

test("what was put in comes out again", () => {
  const zones = constantFrom("UTC", "Asia/Shanghai", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia");
  const noon = integer({ min: 0, max: 20_000 }).map((day) => day * 86_400_000 + 43_200_000);
  assert(
    property(noon, zones, (time, zone) => {
      const local = new Date(time).toISOString().slice(0, 16);
      expect(localOf(instantOf(local, zone), zone)).toBe(local);
    }),
  );
});
