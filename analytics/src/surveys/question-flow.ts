import { SCORE_RANGE } from "@voxloop/contract";
import type { FieldProblem } from "../prompts/prompt.ts";
import type { SurveyBranch, SurveyQuestion } from "./survey.ts";

/** Every answer a question can be given, and going on without one. */
type Answer = { score: number } | { choice: string } | "text" | "none";

const END = "end";

/** Branches that lead nowhere, back, or are never taken, and questions that nobody can come to. */
export function flowProblems(questions: readonly SurveyQuestion[]): FieldProblem[] {
  const reached = new Set([0]);
  const problems: FieldProblem[] = [];
  for (const [at, question] of questions.entries()) {
    if (!reached.has(at))
      problems.push({
        field: `questions.${at}`,
        reason: "is never reached: the branches before it lead past it",
      });
    // Also from one that is never reached, so that one mistake is told once.
    const { next, taken } = leadsTo(questions, at);
    for (const place of next) if (place !== END) reached.add(place);
    problems.push(...branchProblems(questions, { at, question, taken }));
  }
  return problems;
}

/** Where a question's answers lead, and the branches that some answer takes. */
function leadsTo(questions: readonly SurveyQuestion[], at: number) {
  const question = questions[at];
  const next = new Set<number | typeof END>();
  const taken = new Set<SurveyBranch>();
  for (const answer of question === undefined ? [] : answersOf(question)) {
    const branch = answer === "none" ? undefined : question?.branches?.find((each) => matches(each, answer));
    if (branch !== undefined) taken.add(branch);
    next.add(branch === undefined ? at + 1 : branch.goTo === null ? END : placeOf(questions, branch.goTo));
  }
  return { next, taken };
}

function branchProblems(
  questions: readonly SurveyQuestion[],
  of: { at: number; question: SurveyQuestion; taken: ReadonlySet<SurveyBranch> },
): FieldProblem[] {
  return (of.question.branches ?? []).flatMap((branch, index) => {
    const field = `questions.${of.at}.branches.${index}`;
    const place = branch.goTo === null ? END : placeOf(questions, branch.goTo);
    if (place === -1) return [{ field: `${field}.goTo`, reason: "is no question of this survey" }];
    if (place !== END && place <= of.at)
      return [{ field: `${field}.goTo`, reason: "leads back: a survey goes on" }];
    if (!of.taken.has(branch)) return [{ field, reason: "is never taken: no answer is left for it" }];
    return [];
  });
}

function answersOf({ kind, choices = [], isRequired }: SurveyQuestion): Answer[] {
  const skipped: Answer[] = isRequired ? [] : ["none"];
  if (kind === "text") return ["text", ...skipped];
  if (kind === "choice") return [...choices.map((choice) => ({ choice: choice.id })), ...skipped];
  const [min, max] = SCORE_RANGE[kind] ?? [0, -1];
  return [...Array.from({ length: max - min + 1 }, (_, step) => ({ score: min + step })), ...skipped];
}

/** Whether an answer takes a branch: all conditions that are given hold. */
function matches({ choice, atLeast, atMost }: SurveyBranch, answer: Exclude<Answer, "none">): boolean {
  const score = typeof answer === "object" && "score" in answer ? answer.score : undefined;
  const chosen = typeof answer === "object" && "choice" in answer ? answer.choice : undefined;
  return (
    (choice === undefined || choice === chosen) &&
    (atLeast === undefined || (score !== undefined && score >= atLeast)) &&
    (atMost === undefined || (score !== undefined && score <= atMost))
  );
}

function placeOf(questions: readonly SurveyQuestion[], id: string): number {
  return questions.findIndex((question) => question.id === id);
}
