import type { SurveyContent } from "@voxloop/analytics/shapes";
import { fromLocalizedDraft, toLocalizedDraft, type LocalizedDraft } from "#ui/localized.ts";

type Question = SurveyContent["questions"][number];
export type QuestionKind = Question["kind"];
export const KINDS: readonly QuestionKind[] = ["nps", "csat", "ces", "choice", "text"];

/** The scale of a score, both ends included. */
export const SCALES: Partial<Record<QuestionKind, readonly [min: number, max: number]>> = {
  nps: [0, 10],
  csat: [1, 5],
  ces: [1, 7],
};

export interface ChoiceDraft {
  id: string;
  label: LocalizedDraft;
}

/** "" is any answer, and the end of the survey. */
export interface BranchDraft {
  choice: string;
  atLeast: number | null;
  atMost: number | null;
  goTo: string;
}

export interface QuestionDraft {
  id: string;
  kind: QuestionKind;
  prompt: LocalizedDraft;
  isRequired: boolean;
  low: LocalizedDraft;
  high: LocalizedDraft;
  choices: ChoiceDraft[];
  branches: BranchDraft[];
}

const PROMPTS: Record<QuestionKind, LocalizedDraft> = {
  nps: {
    zh: "您有多大可能把我们推荐给朋友或同事？",
    en: "How likely are you to recommend us to a friend or colleague?",
  },
  csat: { zh: "您对这次办理满意吗？", en: "How satisfied are you with what you just did?" },
  ces: { zh: "这件事办起来容易吗？", en: "How easy was it to get this done?" },
  choice: { zh: "主要原因是什么？", en: "What was the main reason?" },
  text: { zh: "有什么想告诉我们的吗？", en: "What would you like to tell us?" },
};
const EMPTY: LocalizedDraft = { zh: "", en: "" };

export function newQuestion(kind: QuestionKind): QuestionDraft {
  return {
    id: newId("q"),
    kind,
    prompt: { ...PROMPTS[kind] },
    isRequired: kind !== "text",
    low: kind === "nps" || kind === "ces" ? { zh: "非常不", en: "Not at all" } : { ...EMPTY },
    high: kind === "nps" || kind === "ces" ? { zh: "非常", en: "Very" } : { ...EMPTY },
    choices: kind === "choice" ? [newChoice(), newChoice()] : [],
    branches: [],
  };
}

export function newChoice(): ChoiceDraft {
  return { id: newId("c"), label: { ...EMPTY } };
}

/** Answers are stored under it, so it never changes once it is given. */
function newId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID().slice(0, 8)}`;
}

export function toQuestionDraft(question: Question): QuestionDraft {
  const { id, kind, prompt, isRequired, low, high, choices = [], branches = [] } = question;
  return {
    id,
    kind,
    prompt: toLocalizedDraft(prompt),
    isRequired,
    low: toLocalizedDraft(low),
    high: toLocalizedDraft(high),
    choices: choices.map((choice) => ({ id: choice.id, label: toLocalizedDraft(choice.label) })),
    branches: branches.map(({ choice = "", atLeast = null, atMost = null, goTo }) => ({
      choice,
      atLeast,
      atMost,
      goTo: goTo ?? "",
    })),
  };
}

export function toQuestion(draft: QuestionDraft): Question {
  const { id, kind, isRequired, choices, branches } = draft;
  const [low, high] = [fromLocalizedDraft(draft.low), fromLocalizedDraft(draft.high)];
  const isScale = SCALES[kind] !== undefined;
  return {
    id,
    kind,
    prompt: fromLocalizedDraft(draft.prompt),
    isRequired,
    ...(isScale && Object.keys(low).length > 0 && { low }),
    ...(isScale && Object.keys(high).length > 0 && { high }),
    ...(kind === "choice" && {
      choices: choices.map((choice) => ({ id: choice.id, label: fromLocalizedDraft(choice.label) })),
    }),
    ...(branches.length > 0 && { branches: branches.map((branch) => toBranch(kind, branch)) }),
  };
}

function toBranch(kind: QuestionKind, { choice, atLeast, atMost, goTo }: BranchDraft) {
  const isScale = SCALES[kind] !== undefined;
  return {
    ...(kind === "choice" && choice !== "" && { choice }),
    ...(isScale && atLeast !== null && { atLeast }),
    ...(isScale && atMost !== null && { atMost }),
    goTo: goTo === "" ? null : goTo,
  };
}
