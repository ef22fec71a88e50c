import { shareOf } from "../stats/share.ts";
import { firstDay } from "./period.ts";
import type { RetentionQuery, RetentionResult } from "./retention.ts";

/** Customers of a cohort and segment who returned so many periods after; `after` 0: all of them. */
export interface Count {
  cohort: number;
  segment: string;
  after: number;
  customers: number;
}

export interface Frame {
  query: RetentionQuery;
  cohorts: { first: number; last: number };
  /** The period that now lies in. */
  current: number;
  timeZone: string;
}

/** More lines than a chart tells apart. */
const MOST_SEGMENTS = 6;

export function toResult(rows: readonly Count[], frame: Frame): RetentionResult {
  const { query, current, timeZone } = frame;
  const countOf = counter(rows);
  const cellOf = (cohort: number, after: number) => {
    const state = stateOf(cohort + after, current);
    const returned = countOf(cohort, after);
    return {
      from: firstDay(cohort + after, query.period),
      state,
      returned: state === "ahead" ? null : returned,
      share: state === "over" ? shareOf(returned, countOf(cohort, 0)) : null,
    };
  };
  return {
    period: query.period,
    timeZone,
    cohorts: cohortsOf(frame).map((cohort) => ({
      from: firstDay(cohort, query.period),
      isOver: cohort < current,
      size: countOf(cohort, 0),
      periods: aftersOf(frame).map((after) => cellOf(cohort, after)),
    })),
    totals: totalsOf(rows, frame),
    segments: query.breakdown === undefined ? [] : segmentsOf(rows, frame),
  };
}

function counter(rows: readonly Count[]): (cohort: number, after: number) => number {
  const counts = new Map<string, number>();
  for (const { cohort, after, customers } of rows)
    counts.set(`${cohort} ${after}`, (counts.get(`${cohort} ${after}`) ?? 0) + customers);
  return (cohort, after) => counts.get(`${cohort} ${after}`) ?? 0;
}

const cohortsOf = ({ cohorts: { first, last } }: Frame) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);

const aftersOf = ({ query }: Frame) => Array.from({ length: query.periods }, (_, at) => at + 1);

function totalsOf(rows: readonly Count[], frame: Frame): RetentionResult["totals"] {
  const countOf = counter(rows);
  return aftersOf(frame).map((after) => {
    const over = cohortsOf(frame).filter((cohort) => cohort + after < frame.current);
    const sum = (at: number) => over.reduce((total, cohort) => total + countOf(cohort, at), 0);
    return shareOf(sum(after), sum(0));
  });
}

function segmentsOf(rows: readonly Count[], frame: Frame): RetentionResult["segments"] {
  const sizeOf = (of: readonly Count[]) =>
    of.reduce((total, { after, customers }) => total + (after === 0 ? customers : 0), 0);
  const segments = [...Map.groupBy(rows, ({ segment }) => segment)]
    .map(([value, own]) => ({ value, own, size: sizeOf(own) }))
    .toSorted((a, b) => b.size - a.size || (a.value < b.value ? -1 : 1));
  const told = segments.slice(0, MOST_SEGMENTS).map(({ value, own, size }) => ({
    value,
    size,
    totals: totalsOf(own, frame),
  }));
  const others = segments.slice(MOST_SEGMENTS).flatMap(({ own }) => own);
  if (others.length === 0) return told;
  return [...told, { value: null, size: sizeOf(others), totals: totalsOf(others, frame) }];
}

function stateOf(period: number, current: number): "over" | "running" | "ahead" {
  if (period < current) return "over";
  return period === current ? "running" : "ahead";
}
