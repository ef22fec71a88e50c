import type { Range } from "../http/range.ts";
import { npsOf } from "../stats/nps.ts";
import type { VoiceCell } from "./query.ts";
import type { VoiceScores } from "./voice.ts";

/** Adds cells up to the scores of a range, beside the NPS of the range before. */
export function scoreVoices(
  cells: readonly VoiceCell[],
  previous: readonly VoiceCell[],
  days: readonly string[],
): VoiceScores {
  const byDay = Map.groupBy(cells, (cell) => cell.day);
  return {
    nps: npsIn(cells),
    previousNps: npsIn(previous),
    sentiment: sentimentIn(cells),
    byLanguage: grouped(cells, (cell) => cell.language)
      .map(([language, of]) => ({ language, comments: commentsIn(of), sentiment: sentimentIn(of) }))
      .filter(({ comments }) => comments > 0)
      .toSorted((a, b) => b.comments - a.comments),
    byFlow: grouped(cells, (cell) => cell.flow)
      .filter(([flow]) => flow !== "")
      .toSorted(([, a], [, b]) => voicesIn(b) - voicesIn(a))
      .map(([flow, of]) => ({ flow, nps: npsIn(of), sentiment: sentimentIn(of) })),
    trend: days.map((day) => {
      const of = byDay.get(day) ?? [];
      return { day, nps: npsIn(of), sentiment: sentimentIn(of) };
    }),
  };
}

const DAY_MS = 86_400_000;

/** The calendar days (YYYY-MM-DD) of a time zone that a range touches. */
export function daysOf({ from, to }: Range, timeZone: string): string[] {
  // The locale of Sweden writes ISO 8601 days.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  const last = Date.parse(format.format(to.getTime() - 1));
  const days: string[] = [];
  for (let day = Date.parse(format.format(from)); day <= last; day += DAY_MS)
    days.push(new Date(day).toISOString().slice(0, 10));
  return days;
}

function npsIn(cells: readonly VoiceCell[]): VoiceScores["nps"] {
  return npsOf({
    promoters: sum(cells, "promoters"),
    passives: sum(cells, "passives"),
    detractors: sum(cells, "detractors"),
  });
}

function sentimentIn(cells: readonly VoiceCell[]): VoiceScores["sentiment"] {
  return {
    negative: sum(cells, "negative"),
    neutral: sum(cells, "neutral"),
    positive: sum(cells, "positive"),
  };
}

function commentsIn(cells: readonly VoiceCell[]): number {
  return sum(cells, "comments");
}

function voicesIn(cells: readonly VoiceCell[]): number {
  return npsIn(cells).answers + commentsIn(cells);
}

type Count = Exclude<keyof VoiceCell, "day" | "flow" | "language">;

function sum(cells: readonly VoiceCell[], count: Count): number {
  return cells.reduce((total, cell) => total + cell[count], 0);
}

function grouped(cells: readonly VoiceCell[], key: (cell: VoiceCell) => string): [string, VoiceCell[]][] {
  return [...Map.groupBy(cells, key)];
}
