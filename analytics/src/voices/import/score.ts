import { SCORE_RANGE } from "@voxloop/contract";
import type { FieldValues } from "./column-reader.ts";
import type { ImportKind } from "./voice-import.ts";

/** A score's range by kind, both ends included; kinds without a score are absent. */
const RANGES: Partial<Record<ImportKind, readonly [min: number, max: number]>> = {
  ...SCORE_RANGE,
  rating: [1, 5],
  ticket: [1, 5],
};

/** `4`, `4.5`, `4/5`, `4 stars`, `4星`. */
const SCORE = /^(-?\d+(?:[.,]\d+)?)\s*(?:\/\s*(\d+)|stars?|星|分)?$/i;

/**
 * The score of a row, null where it has none. Assessments have scales of their own, so theirs are told in hundredths of
 * `maxScore` (100 when it is not given): experts who count to 5 and to 10 can be compared.
 */
export function readScore(
  values: FieldValues,
  kind: ImportKind,
  refuse: (field: string, reason: string) => void,
): number | null {
  const given = values.get("score")?.normalize("NFKC").trim() ?? "";
  if (given === "") return null;
  const match = SCORE.exec(given);
  if (match === null) {
    refuse("score", `${JSON.stringify(given.slice(0, 40))} is no number`);
    return null;
  }
  const score = Number(match[1]?.replace(",", "."));
  const max = kind === "assessment" ? Number(values.get("maxScore") ?? match[2] ?? 100) : undefined;
  const range = max === undefined ? RANGES[kind] : ([0, max] as const);
  const reason = wrongness(score, kind, range);
  if (reason !== undefined) refuse("score", reason);
  return max === undefined ? score : Math.round((score / max) * 1_000) / 10;
}

function wrongness(
  score: number,
  kind: ImportKind,
  range: readonly [number, number] | undefined,
): string | undefined {
  if (range === undefined)
    return `a voice of kind ${kind} has none: map the column to a field of its own, or say the kind`;
  const [min, max] = range;
  if (!(max > 0)) return "the highest score is no number above 0";
  return score < min || score > max
    ? `${score} is not within ${min} to ${max}, the scores of ${kind}`
    : undefined;
}
