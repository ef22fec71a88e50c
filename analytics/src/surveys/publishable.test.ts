import { expect, test } from "vitest";
import { surveyProblems } from "./publishable.ts";
import type { SurveyContent, SurveyQuestion } from "./survey.ts";

const question = (id: string, change: Partial<SurveyQuestion> = {}): SurveyQuestion => ({
  id,
  kind: "nps",
  prompt: { en: "How likely?" },
  isRequired: true,
  ...change,
});

const CONTENT: SurveyContent = {
  questions: [question("q1"), question("q2", { kind: "text" })],
  trigger: { event: "vox.transaction", where: { "vox.outcome": ["succeeded"] } },
  audience: {},
  share: 0.1,
  daysAfterAny: 30,
  daysAfterThis: 90,
  thanks: {},
};

const problemsOf = (change: Partial<SurveyContent>) =>
  surveyProblems({ ...CONTENT, ...change }).map(({ field }) => field);
const problemsIn = (...questions: SurveyQuestion[]) => problemsOf({ questions });
const choices = ["a", "b"].map((id) => ({ id, label: { en: id } }));

test("a survey that can be shown and answered may be published", () => {
  expect(problemsOf({})).toEqual([]);
  for (const trigger of [
    { onError: true },
    { screen: "home" },
    { afterSeconds: 5 },
    { where: { "vox.flow": ["transfer"] } },
  ])
    expect(problemsOf({ trigger })).toEqual([]);
});

test.each<[string, Partial<SurveyContent>]>([
  ["questions", { questions: [] }],
  ["share", { share: 0 }],
  ["trigger", { trigger: {} }],
  ["trigger", { trigger: { onError: false } }],
  ["trigger", { trigger: { afterSeconds: 0, where: {} } }],
  ["trigger.event", { trigger: { event: "vox.survey.answered" } }],
  ["trigger.event", { trigger: { event: "vox.guidance" } }],
  [
    "trigger.where.vox.outcome",
    { trigger: { event: "vox.transaction", where: { "vox.outcome": ["done"] } } },
  ],
])("one that can never be shown is refused for its %s", (field, change) => {
  expect(problemsOf(change)).toEqual([field]);
});

test.each<[string, Partial<SurveyQuestion>]>([
  ["questions.0.prompt", { prompt: {} }],
  ["questions.0.choices", { kind: "choice" }],
  ["questions.0.choices", { kind: "choice", choices: choices.slice(1) }],
  ["questions.0.choices", { choices }],
  [
    "questions.0.choices.1.label",
    { kind: "choice", choices: [...choices.slice(0, 1), { id: "b", label: {} }] },
  ],
  ["questions.0.choices.1.id", { kind: "choice", choices: [...choices.slice(0, 1), ...choices.slice(0, 1)] }],
])("a question is refused for %s", (field, change) => {
  expect(problemsIn(question("q1", change))).toEqual([field]);
});

test("two questions of one id are refused", () => {
  expect(problemsIn(question("q1"), question("q1"))).toEqual(["questions.1.id"]);
});

test("a branch to nowhere, back or to its own question is refused", () => {
  for (const goTo of ["nowhere", "q1", "q2"])
    expect(problemsIn(question("q1"), question("q2", { branches: [{ atMost: 6, goTo }] }))).toEqual([
      "questions.1.branches.0.goTo",
    ]);
});

/** Problems of a first question of three with these branches. */
const branchesOf = (branches: SurveyQuestion["branches"] & object, change: Partial<SurveyQuestion> = {}) =>
  problemsIn(question("q1", { branches, ...change }), question("q2"), question("q3"));

test("a branch that no answer is left for is refused", () => {
  expect(branchesOf([{ atMost: 6, goTo: "q3" }])).toEqual([]);
  expect(branchesOf([{ atLeast: 9, atMost: 8, goTo: "q3" }])).toEqual(["questions.0.branches.0"]);
  expect(
    branchesOf([
      { atMost: 6, goTo: "q3" },
      { atMost: 6, goTo: null },
    ]),
  ).toEqual(["questions.0.branches.1"]);
  expect(branchesOf([{ atLeast: 6, goTo: "q3" }], { kind: "csat" })).toEqual(["questions.0.branches.0"]);
  expect(branchesOf([{ choice: "a", goTo: "q3" }])).toEqual(["questions.0.branches.0"]);
  expect(branchesOf([{ choice: "c", goTo: "q3" }], { kind: "choice", choices })).toEqual([
    "questions.0.branches.0",
  ]);
  expect(branchesOf([{ atMost: 3, goTo: "q3" }], { kind: "text" })).toEqual(["questions.0.branches.0"]);
});

test("a question that nobody can come to is refused, and those only it leads to are judged as if it were", () => {
  const skipped = [question("q1", { branches: [{ goTo: "q3" }] }), question("q2"), question("q3")];
  expect(problemsIn(...skipped)).toEqual(["questions.1"]);
  const cut = [
    question("q1", {
      branches: [
        { atMost: 8, goTo: null },
        { atLeast: 9, goTo: null },
      ],
    }),
    question("q2"),
    question("q3"),
  ];
  expect(problemsIn(...cut)).toEqual(["questions.1"]);
  // Who may go on without an answer takes no branch.
  const [first = question("q1"), ...rest] = skipped;
  expect(problemsIn({ ...first, isRequired: false }, ...rest)).toEqual([]);
  const perChoice = {
    kind: "choice" as const,
    choices,
    branches: choices.map(({ id }) => ({ choice: id, goTo: `q-${id}` })),
  };
  expect(
    problemsIn(question("q1", perChoice), question("q-a", { branches: [{ goTo: null }] }), question("q-b")),
  ).toEqual([]);
});
