import type { FrequencyQuery, RetentionQuery } from "@voxloop/analytics/shapes";

/** A question about retention as the form and the address have it. */
export interface Draft {
  period: RetentionQuery["period"];
  cohort: RetentionQuery["cohort"];
  /** Names of events; "" is any. */
  start: string;
  returning: string;
  /** "" tells nobody apart. */
  breakdown: "" | NonNullable<RetentionQuery["breakdown"]>;
}

export const PERIODS = ["day", "week", "month"] as const;
export const BREAKDOWNS = ["channel", "audience", "os", "release"] as const;

export const DEFAULT: Readonly<Draft> = {
  period: "day",
  cohort: "first",
  start: "",
  returning: "",
  breakdown: "",
};

/** As many periods as fit beside each other on a desk. */
const FOLLOWED: Record<Draft["period"], number> = { day: 14, week: 8, month: 6 };

/** What the address asks for; whatever cannot be asked is as by default. */
export function draftOf(search: Pick<URLSearchParams, "get">): Draft {
  return {
    period: PERIODS.find((period) => period === search.get("period")) ?? DEFAULT.period,
    cohort: search.get("cohort") === "recurring" ? "recurring" : DEFAULT.cohort,
    start: search.get("start")?.trim() ?? "",
    returning: search.get("returning")?.trim() ?? "",
    breakdown: BREAKDOWNS.find((breakdown) => breakdown === search.get("breakdown")) ?? DEFAULT.breakdown,
  };
}

/** The draft as the address has it: only what is not as by default. */
export function toSearch(draft: Draft): Record<keyof Draft, string | undefined> {
  const said = (key: keyof Draft) => {
    const value = draft[key].trim();
    return value === DEFAULT[key] ? undefined : value;
  };
  return {
    period: said("period"),
    cohort: said("cohort"),
    start: said("start"),
    returning: said("returning"),
    breakdown: said("breakdown"),
  };
}

type Times = { from: string; to: string };

const filterOf = (event: string) => (event === "" ? {} : { event });

export function toQuestion(draft: Draft, times: Times): RetentionQuery {
  const { period, cohort, start, returning, breakdown } = draft;
  return {
    start: filterOf(start),
    returning: filterOf(returning),
    cohort,
    period,
    periods: FOLLOWED[period],
    ...(breakdown !== "" && { breakdown }),
    ...times,
  };
}

/** How often customers do what they come back for. */
export function toFrequency({ returning, period }: Draft, times: Times): FrequencyQuery {
  return { activity: filterOf(returning), period, ...times };
}
