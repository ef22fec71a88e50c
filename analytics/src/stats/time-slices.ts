import type { Range } from "../http/range.ts";

/** How many equal slices of a range lie before an event's `time`: SQL, bound by `sliceParams`. */
export const SLICE =
  "toUInt32(intDiv((toUnixTimestamp64Milli(time) - {sliceFrom: Int64}) * {slices: Int64}, {sliceLength: Int64}))";

export function sliceParams({ from, to }: Range, slices: number) {
  return { sliceFrom: from.getTime(), sliceLength: to.getTime() - from.getTime(), slices };
}

/** The time at which each slice begins, ISO 8601. */
export function sliceTimes({ from, to }: Range, slices: number): string[] {
  const length = (to.getTime() - from.getTime()) / slices;
  return Array.from({ length: slices }, (_, slice) =>
    new Date(Math.ceil(from.getTime() + slice * length)).toISOString(),
  );
}
