import { drawIcon, make } from "./dom.ts";
import type { Look } from "./look.ts";
import { openPanel } from "./panel.ts";
import { askQuestion } from "./question.ts";
import type { SurveyRun } from "./survey-run.ts";
import { wordsOf } from "./words.ts";

const TICK = "M5 13l4.5 4.5L19 7.5";
const THANKS_MS = 6_000;
/** A scale of more steps does not fit into the usual width. */
const WIDE_STEPS = 7;

/** Asks the questions of a survey one after the other; gives how to take it away. */
export function showSurvey(run: SurveyRun, look: Look): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const close = (): void => {
    clearTimeout(timer);
    panel.close();
    run.close();
  };
  const panel = openPanel({ look, onClose: close, hasCross: true });

  function thank(): void {
    const text = run.thanks || wordsOf(look).thanks;
    const lead = make("p", { class: "title", id: "title" }, text);
    panel.setWide(false);
    panel.fill(make("div", { class: "lead marked" }, drawIcon(TICK), lead));
    panel.focus();
    // Who reads slowly closes it.
    if (!look.isCare) timer = setTimeout(close, THANKS_MS);
  }
  function ask(isFirst: boolean): void {
    const question = run.question();
    if (!question) return thank();
    const { form, first } = askQuestion(question, look, (value) => {
      const isAnswer = run.answer(value);
      if (isAnswer) ask(false);
      return isAnswer;
    });
    panel.setWide((question.max ?? 0) > WIDE_STEPS);
    panel.fill(form);
    if (isFirst) panel.arrive(question.prompt);
    else panel.focus(first);
  }
  ask(true);
  return () => {
    clearTimeout(timer);
    panel.close();
  };
}
