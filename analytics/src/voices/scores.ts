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
