import { expect, test } from "vitest";
import { newDraft, toContent, toDraft } from "./draft.ts";
import { newQuestion } from "./question-draft.ts";

const content = {
  questions: [
    {
      id: "q1",
      kind: "nps" as const,
      prompt: { en: "How likely?", "zh-CN": "多大可能？" },
      isRequired: true,
      low: { en: "Not at all" },
      branches: [{ atMost: 6, goTo: "q2" }, { goTo: null }],
    },
    {
      id: "q2",
      kind: "choice" as const,
      prompt: { en: "Why?" },
      isRequired: false,
      choices: [{ id: "c1", label: { en: "Slow" } }],
      branches: [{ choice: "c1", goTo: "q3" }],
    },
    { id: "q3", kind: "text" as const, prompt: { en: "Tell us" }, isRequired: false },
  ],
  trigger: { event: "vox.transaction", where: { "vox.outcome": ["failed"] }, afterSeconds: 3 },
  audience: { "vox.channel": ["app", "web"] },
  share: 0.35,
  daysAfterAny: 30,
  daysAfterThis: 90,
  thanks: { en: "Thanks" },
};

test("a survey comes back from its draft as it went in", () => {
  expect(toContent(toDraft("After transfers", content))).toEqual(content);
});

test("each kind of trigger says only what it means", () => {
  const draft = toDraft("S", content);
  expect(toContent({ ...draft, triggerKind: "error" }).trigger).toEqual({
    onError: true,
    where: { "vox.outcome": ["failed"] },
    afterSeconds: 3,
  });
  expect(toContent({ ...draft, triggerKind: "screen", screen: "home", afterSeconds: 0 }).trigger).toEqual({
    screen: "home",
  });
  for (const trigger of [{ onError: true }, { screen: "home" }, { event: "x", screen: "home" }])
    expect(toContent(toDraft("S", { ...content, trigger })).trigger).toEqual(trigger);
});

test("what a kind of question has not is left out when the kind changes", () => {
  const draft = { ...newDraft("S"), questions: [{ ...newQuestion("choice"), kind: "text" as const }] };
  expect(Object.keys(toContent(draft).questions[0] ?? {})).toEqual(["id", "kind", "prompt", "isRequired"]);
});

test("questions and choices have ids of their own", () => {
  const ids = Array.from({ length: 50 }, () => newQuestion("choice")).flatMap(({ id, choices }) => [
    id,
    ...choices.map((choice) => choice.id),
  ]);
  expect(new Set(ids).size).toBe(150);
});
