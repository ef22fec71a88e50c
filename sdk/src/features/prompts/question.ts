import { LIMITS } from "@voxloop/contract";
import { make } from "./dom.ts";
import type { Look } from "./look.ts";
import type { SurveyQuestionPrompt } from "./survey-run.ts";
import { wordsOf, type Words } from "./words.ts";

type Value = number | string | undefined;

interface Field {
  element: HTMLElement;
  /** What the focus goes to. */
  first: HTMLElement;
  read: () => Value;
}

/** A form for one question. `answer` says whether the value is one. */
export function askQuestion(
  question: SurveyQuestionPrompt,
  look: Look,
  answer: (value: Value) => boolean,
): { form: HTMLFormElement; first: HTMLElement } {
  const words = wordsOf(look);
  const { prompt, isRequired, isLast, kind } = question;
  const field = kind === "text" ? makeText(question) : makeChoices(question);
  const error = make("p", { class: "error", id: "error", role: "alert" });
  const form = make(
    "form",
    { novalidate: "" },
    make("div", { class: "lead" }, makePrompt({ prompt, isRequired, isText: kind === "text" }, words)),
    field.element,
    error,
    make(
      "div",
      { class: "actions" },
      kind === "text" && make("p", { class: "hint", id: "hint" }, words.privacy),
      make("button", { type: "submit" }, isLast ? words.send : words.next),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (answer(field.read())) return;
    error.textContent = words.missing;
    field.first.focus();
  });
  form.addEventListener("input", () => (error.textContent = ""));
  return { form, first: field.first };
}

function makePrompt(
  { prompt, isRequired, isText }: { prompt: string; isRequired: boolean; isText: boolean },
  words: Words,
): HTMLElement {
  const tag = !isRequired && make("span", { class: "tag" }, words.optional);
  return isText
    ? make("label", { class: "title", id: "title", for: "text" }, prompt, tag)
    : make("p", { class: "title", id: "title" }, prompt, tag);
}

function makeText({ isRequired }: SurveyQuestionPrompt): Field {
  const element = make("textarea", {
    id: "text",
    rows: "3",
    maxlength: String(LIMITS.attributeValueLength),
    "aria-describedby": "hint error",
    "aria-required": String(isRequired),
  });
  return { element, first: element, read: () => element.value };
}

/** Radio buttons, so that arrow keys and screen readers know what to do. */
function makeChoices(question: SurveyQuestionPrompt): Field {
  const { min, max, low, high, choices } = question;
  if (min === undefined || max === undefined) return makeRadios(question, "choices", choices);
  const steps = Array.from({ length: max - min + 1 }, (_, index) => min + index);
  const field = makeRadios(
    question,
    "cells",
    steps.map((id) => ({
      id,
      label: String(id),
      about: id === min ? low && "low" : id === max && high && "high",
    })),
  );
  const { style } = field.element;
  style.setProperty("--columns", String(steps.length));
  // Eleven steps stand in two rows on a phone.
  style.setProperty(
    "--columns-narrow",
    String(steps.length > 7 ? Math.ceil(steps.length / 2) : steps.length),
  );
  const ends = make(
    "div",
    { class: "ends" },
    make("span", { id: "low" }, low && `${min} · ${low}`),
    make("span", { id: "high" }, high && `${max} · ${high}`),
  );
  return {
    ...field,
    element: make("div", { class: "scale" }, field.element, low || high ? ends : undefined),
  };
}

interface Option {
  id: number | string;
  label: string;
  /** What says more about it. */
  about?: string | false;
}

function makeRadios({ isRequired }: SurveyQuestionPrompt, style: string, options: readonly Option[]): Field {
  const inputs = options.map(({ id, about }) =>
    make("input", {
      type: "radio",
      name: "answer",
      value: String(id),
      "aria-describedby": about || undefined,
    }),
  );
  const element = make(
    "div",
    {
      class: style,
      role: "radiogroup",
      "aria-labelledby": "title",
      "aria-describedby": "error",
      "aria-required": String(isRequired),
    },
    ...options.map(({ label }, index) => make("label", {}, inputs[index], make("span", {}, label))),
  );
  return {
    element,
    first: inputs[0]!,
    read: () => options[inputs.findIndex(({ checked }) => checked)]?.id,
  };
}
