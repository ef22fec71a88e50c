import type { SurveyKind } from "@voxloop/contract";
import type { PublishedVersion } from "../prompts/prompt.ts";
import { npsOf } from "../stats/nps.ts";
import { favourableOf, meanOf, npsCountsOf } from "../stats/scores.ts";
import { shareOf } from "../stats/share.ts";
import type { SurveyAnswers, SurveyCustomers } from "./query.ts";
import type { QuestionResult, SurveyTally } from "./results.ts";
import type { SurveyContent, SurveyQuestion } from "./survey.ts";

/** Answers of questions that no version has, by how many there are; a project's own events may name any. */
const MOST_UNKNOWN = 20;

/** What one language's customers, or all, were asked and answered; questions in the order of the newest version. */
export function tally(
  customers: SurveyCustomers | undefined,
  answers: readonly SurveyAnswers[],
  known: readonly SurveyQuestion[],
): SurveyTally {
  const { shown = 0, answered = 0, responded = 0, partial = 0 } = customers ?? {};
  const byQuestion = Map.groupBy(answers, ({ question, kind }) => JSON.stringify([question, kind]));
  const placeOf = ({ id, kind }: QuestionResult) => {
    const place = known.findIndex((question) => question.id === id && question.kind === kind);
    return place === -1 ? known.length : place;
  };
  const questions = [...byQuestion.values()]
    .map((cells) => toResult(cells, known))
    .toSorted((a, b) => placeOf(a) - placeOf(b) || b.answers - a.answers || (a.id < b.id ? -1 : 1))
    .filter((result, at) => placeOf(result) < known.length || at < known.length + MOST_UNKNOWN);
  return { shown, answered, partial, responseRate: shareOf(responded, shown), questions };
}

function toResult(cells: readonly SurveyAnswers[], known: readonly SurveyQuestion[]): QuestionResult {
  const { question: id = "", kind = "text" } = cells[0] ?? {};
  const question = known.find((each) => each.id === id && each.kind === kind);
  const sum = (of: "answers" | "comments") => cells.reduce((total, cell) => total + cell[of], 0);
  return {
    id,
    kind,
    prompt: question?.prompt ?? {},
    answers: sum("answers"),
    distribution: distributionOf(cells, kind, question),
    ...scoresOf(cells, kind),
    comments: sum("comments"),
  };
}

function scoresOf(
  cells: readonly SurveyAnswers[],
  kind: SurveyKind,
): Pick<QuestionResult, "nps" | "favourable" | "mean"> {
  const counts = cells.flatMap(({ value, answers }) =>
    value === "" ? [] : [{ score: Number(value), answers }],
  );
  if (kind === "nps") return { nps: npsOf(npsCountsOf(counts)), favourable: null, mean: null };
  if (kind !== "csat" && kind !== "ces") return { nps: null, favourable: null, mean: null };
  const scored = counts.reduce((sum, { answers }) => sum + answers, 0);
  return { nps: null, favourable: shareOf(favourableOf(counts, kind), scored), mean: meanOf(counts) };
}

/** Scores from the lowest, choices as the survey has them; what is neither (words, a choice unknown) stands under "" at the end. */
function distributionOf(
  cells: readonly SurveyAnswers[],
  kind: SurveyKind,
  question: SurveyQuestion | undefined,
): QuestionResult["distribution"] {
  if (kind === "text") return [];
  const choices = question?.choices ?? [];
  const placeOf = (value: string) => {
    if (value === "") return Infinity;
    return kind === "choice" ? choices.findIndex(({ id }) => id === value) : Number(value);
  };
  return cells
    .toSorted((a, b) => placeOf(a.value) - placeOf(b.value))
    .map(({ value, answers }) => ({
      value,
      label: choices.find(({ id }) => id === value)?.label ?? null,
      answers,
    }));
}

/** Every question that any version has, as the newest has it, with the choices of all. */
export function knownQuestions(versions: readonly PublishedVersion<SurveyContent>[]): SurveyQuestion[] {
  const known = new Map<string, SurveyQuestion>();
  for (const { content } of versions) {
    for (const question of content.questions) {
      const key = JSON.stringify([question.id, question.kind]);
      const newer = known.get(key);
      known.set(key, newer === undefined ? question : withChoices(newer, question));
    }
  }
  return [...known.values()];
}

function withChoices(newer: SurveyQuestion, older: SurveyQuestion): SurveyQuestion {
  const choices = newer.choices ?? [];
  const gone = (older.choices ?? []).filter(({ id }) => choices.every((choice) => choice.id !== id));
  return gone.length === 0 ? newer : { ...newer, choices: [...choices, ...gone] };
}
