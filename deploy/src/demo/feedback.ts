import { ATTR, EVENT } from "@voxloop/contract";
import { COMMENTS } from "./comments.ts";
import type { Attributes, Session } from "./session.ts";
import { BILLER, LIMIT_CHECK, PASSCODE, SCORES, SURVEY } from "./truths.ts";

interface Mood {
  /** How likely an answer is. */
  answers: number;
  shares: readonly number[];
  /** What those who do not promote write about. */
  about: keyof typeof COMMENTS;
}

/** Who was stopped is asked more often, scores lower and says why (truth 5). */
const MOODS: Record<string, Mood> = {
  [LIMIT_CHECK.code]: { answers: 0.3, shares: SCORES.afterLimitCheck, about: "limit" },
  [PASSCODE.code]: { answers: 0.22, shares: SCORES.afterPasscode, about: "passcode" },
  [BILLER.code]: { answers: 0.18, shares: SCORES.afterBiller, about: "biller" },
};
const CALM: Mood = { answers: 0.09, shares: SCORES.others, about: "cross" };

/** The survey at the end of a visit that used a flow. */
export function maybeAnswerSurvey(session: Session): void {
  const { customer, random, stoppedBy, lastFlow } = session;
  if (lastFlow === "") return;
  const mood = MOODS[stoppedBy?.code ?? ""] ?? CALM;
  if (!random.chance(mood.answers / SURVEY.responseRate)) return;
  session.wait(3, 25);
  session.emit(EVENT.surveyShown, surveyOf(session));
  if (!random.chance(SURVEY.responseRate)) return;
  session.wait(5, 40);
  const group = random.weighted(mood.shares);
  const score = [random.integer(9, 10), random.integer(7, 8), random.integer(0, 6)][group] ?? 7;
  const about = (["glad", "soso", mood.about] as const)[group] ?? "soso";
  const says = random.chance(group === 2 ? 0.75 : 0.45);
  session.emit(EVENT.surveyAnswered, {
    ...surveyOf(session),
    [ATTR.surveyKind]: "nps",
    [ATTR.surveyQuestion]: SURVEY.question,
    [ATTR.score]: score,
    [ATTR.flow]: stoppedBy?.flow ?? lastFlow,
    ...(says && { [ATTR.comment]: random.pick(COMMENTS[about][customer.language]) }),
  });
}

function surveyOf({ prompts, customer }: Session): Attributes {
  return {
    [ATTR.surveyId]: prompts.surveyId,
    [ATTR.surveyVersion]: 1,
    [ATTR.promptLanguage]: customer.language === "zh" ? "zh-CN" : "en",
  };
}
