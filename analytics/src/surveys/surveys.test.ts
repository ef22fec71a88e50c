import { findPublishedConfig, schema } from "@voxloop/ledger";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { callsOf } from "../prompts/calls.fixture.ts";
import { resolveSlowly } from "../slow-identities.fixture.ts";
import { countSurvey } from "./query.ts";
import { surveyResults } from "./results.ts";
import { createSurveysRoutes } from "./routes.ts";
import type { SurveyContent } from "./survey.ts";

const NOW = new Date("2026-05-10T04:00:00.000Z");
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
beforeAll(async () => {
  deps = await openTestDeps(NOW);
  app = createTestApp(createSurveysRoutes(deps), person);
});
afterAll(() => deps.close());
const call = callsOf(() => app);

const CONTENT: SurveyContent = {
  questions: [
    {
      id: "nps",
      kind: "nps",
      prompt: { en: "How likely?", "zh-CN": "多大可能？" },
      isRequired: true,
      branches: [{ atLeast: 9, goTo: null }],
    },
    {
      id: "why",
      kind: "choice",
      prompt: { en: "Why?" },
      isRequired: false,
      choices: [
        { id: "slow", label: { en: "Slow" } },
        { id: "hard", label: { en: "Hard" } },
      ],
    },
    { id: "ease", kind: "ces", prompt: { en: "How easy?" }, isRequired: false },
    { id: "words", kind: "text", prompt: { en: "Tell us" }, isRequired: false },
  ],
  trigger: { event: "vox.transaction", where: { "vox.outcome": ["succeeded"] }, afterSeconds: 2 },
  audience: {},
  share: 0.1,
  daysAfterAny: 30,
  daysAfterThis: 90,
  thanks: {},
};

async function newSurvey(change: Partial<SurveyContent> = {}) {
  const project = `s${(await deps.ledger.db.select().from(schema.projects)).length}`;
  await deps.ledger.db.insert(schema.projects).values({ id: project, name: project });
  const content = { ...CONTENT, ...change };
  const { body } = await call("POST", `/projects/${project}/surveys`, { name: "After transfers", content });
  const { id } = body as { id: string };
  return { project, id, path: `/projects/${project}/surveys/${id}` };
}

describe("a survey", () => {
  test("is published with its questions as they were written", async () => {
    const { project, id, path } = await newSurvey();
    expect(await call("POST", `${path}/publish`, { version: 1 })).toMatchObject({ status: 200 });
    const config = await findPublishedConfig(deps.ledger, project);
    expect(JSON.parse(config?.document ?? "")).toEqual({
      guidance: [],
      surveys: [{ ...CONTENT, id, version: 1 }],
    });
  });

  test("that can never be shown is refused with all reasons by field", async () => {
    const { project, path } = await newSurvey({ questions: [], share: 0, trigger: {} });
    const refused = await call("POST", `${path}/publish`, { version: 1 });
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ field: "questions" }, { field: "share" }, { field: "trigger" }] },
    });
    expect(await findPublishedConfig(deps.ledger, project)).toBeUndefined();
  });

  test("is previewed with the texts that another language stands in for", async () => {
    const { id, path } = await newSurvey();
    const { body } = await call("GET", `${path}/preview`);
    expect(body).toMatchObject({ served: { ...CONTENT, id, version: 1 }, problems: [] });
    expect(body).toMatchObject({
      untranslated: [
        { field: "questions.1.prompt", language: "zh-CN" },
        { field: "questions.1.choices.0.label", language: "zh-CN" },
        { field: "questions.1.choices.1.label", language: "zh-CN" },
        { field: "questions.2.prompt", language: "zh-CN" },
        { field: "questions.3.prompt", language: "zh-CN" },
      ],
    });
  });

  test.each<[string, object]>([
    ["content.questions.0.id", { questions: [{ ...CONTENT.questions[0], id: "a b" }] }],
    ["content.questions.0.kind", { questions: [{ ...CONTENT.questions[0], kind: "stars" }] }],
    ["content.questions", { questions: Array.from({ length: 21 }, () => CONTENT.questions[3]) }],
    ["content.daysAfterAny", { daysAfterAny: -1 }],
    ["content.trigger.afterSeconds", { trigger: { afterSeconds: 1e9 } }],
  ])("is refused for %s by its name", async (field, change) => {
    const refused = await call("POST", "/projects/bank/surveys", {
      name: "n",
      content: { ...CONTENT, ...change },
    });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});

interface Told {
  minute: number;
  user: string;
  installation: string;
  event: "shown" | "answered" | "dismissed";
  kind?: "nps" | "choice" | "text" | "ces";
  question?: string;
  score?: number;
  comment?: string;
  partial?: boolean;
  language?: string;
}

const at = (minute: number) => new Date(NOW.getTime() + minute * 60_000);

function rowsOf(told: readonly Told[], of: { projectId: string; surveyId: string }) {
  return told.map((each, index) => ({
    project_id: of.projectId,
    event_id: `${of.surveyId} ${index}`,
    event_name: `vox.survey.${each.event}`,
    // No two at the same millisecond.
    time: new Date(at(each.minute).getTime() + index).toISOString(),
    received_at: NOW.toISOString(),
    customer_id: each.user || each.installation,
    user_id: each.user,
    installation_id: each.installation,
    survey_id: of.surveyId,
    survey_kind: each.kind ?? "",
    score: each.score ?? null,
    comment: each.comment ?? "",
    attributes: {
      ...(each.question !== undefined && { "vox.survey.question": each.question }),
      ...(each.partial === true && { "vox.survey.partial": "true" }),
      ...(each.language !== undefined && { "vox.prompt.language": each.language }),
    },
  }));
}

const nps = (score: number) => ({ event: "answered", kind: "nps", question: "nps", score }) as const;

/** The customer of a number: 30 of Chinese, the others of English. */
const customer = (n: number, change: Omit<Told, "minute" | "user" | "installation" | "language">): Told => ({
  minute: -60,
  user: `u${n}`,
  installation: "",
  language: n < 30 ? "zh-CN" : "en",
  ...change,
});

describe("results", () => {
  test("tell who answered of those who were shown it, what, and in which language", async () => {
    const { project, id, path } = await newSurvey();
    await call("POST", `${path}/publish`, { version: 1 });
    const told = [
      ...Array.from({ length: 40 }, (_, n) => customer(n, { event: "shown" })),
      ...Array.from({ length: 20 }, (_, n) => customer(n, nps(10))),
      ...Array.from({ length: 10 }, (_, n) => customer(30 + n, nps(3))),
      customer(30, { event: "answered", kind: "choice", question: "why", comment: "slow" }),
      customer(31, { event: "answered", kind: "choice", question: "why", comment: "no such choice" }),
      customer(32, { event: "answered", kind: "text", question: "words", comment: "too slow" }),
      customer(32, { event: "answered", kind: "ces", question: "ease", score: 6 }),
      customer(33, { event: "dismissed", question: "why", partial: true }),
      customer(25, { event: "dismissed" }),
    ];
    const rows = rowsOf(told, { projectId: project, surveyId: id });
    await deps.warehouse.insert("events_v1", rows);
    // Sent twice.
    await deps.warehouse.insert("events_v1", rows.slice(40));
    const { total, languages } = surveyResults.parse((await call("GET", `${path}/results`)).body);
    expect(total).toMatchObject({
      shown: 40,
      answered: 30,
      partial: 1,
      responseRate: { cases: 30, of: 40, share: 0.75, tooFew: false },
    });
    expect(total.questions.map(({ id: question, answers }) => [question, answers])).toEqual([
      ["nps", 30],
      ["why", 2],
      ["ease", 1],
      ["words", 1],
    ]);
    expect(total.questions[0]).toMatchObject({
      prompt: { en: "How likely?" },
      distribution: [
        { value: "3", answers: 10 },
        { value: "10", answers: 20 },
      ],
      nps: { promoters: 20, detractors: 10, tooFew: false },
      favourable: null,
    });
    expect(total.questions[1]?.distribution).toEqual([
      { value: "slow", label: { en: "Slow" }, answers: 1 },
      { value: "", label: null, answers: 1 },
    ]);
    expect(total.questions[2]).toMatchObject({
      favourable: { cases: 1, of: 1, tooFew: true },
      mean: { mean: 6, low: null },
    });
    expect(total.questions[3]).toMatchObject({ comments: 1, distribution: [] });
    expect(languages.map(({ language, shown, answered }) => [language, shown, answered])).toEqual([
      ["zh-CN", 30, 20],
      ["en", 10, 10],
    ]);
    expect(languages[1]?.questions[0]?.nps).toMatchObject({ nps: -100, tooFew: true });
  });

  test("of a survey that nobody was shown are empty", async () => {
    const { path } = await newSurvey();
    const { total, languages } = surveyResults.parse((await call("GET", `${path}/results`)).body);
    expect(total).toMatchObject({ shown: 0, answered: 0, responseRate: { share: null }, questions: [] });
    expect(languages).toEqual([]);
    expect((await call("GET", `${path}/results?from=${NOW.toISOString()}`)).status).toBe(400);
  });

  test("keep the questions and choices of versions before", async () => {
    const { project, id, path } = await newSurvey();
    await call("POST", `${path}/publish`, { version: 1 });
    const questions = CONTENT.questions.slice(0, 1);
    await call("PATCH", path, { version: 2, content: { ...CONTENT, questions } });
    await call("POST", `${path}/publish`, { version: 3 });
    const who = { minute: -10, user: "u", installation: "" };
    const told: Told[] = [
      { ...who, event: "answered", kind: "choice", question: "why", comment: "hard" },
      { ...who, event: "answered", kind: "text", question: "unheard of", comment: "x" },
    ];
    await deps.warehouse.insert("events_v1", rowsOf(told, { projectId: project, surveyId: id }));
    const { total } = surveyResults.parse((await call("GET", `${path}/results`)).body);
    expect(total.questions).toMatchObject([
      { id: "why", prompt: { en: "Why?" }, distribution: [{ label: { en: "Hard" } }] },
      { id: "unheard of", prompt: {} },
    ]);
  });

  test("are voices, but for what is chosen from a list", async () => {
    const who = { minute: -10, user: "u", installation: "", event: "answered" } as const;
    const told: Told[] = [
      { ...who, kind: "choice", question: "why", comment: "hard" },
      { ...who, kind: "text", question: "more", comment: "too hard" },
    ];
    await deps.warehouse.insert("events_v1", rowsOf(told, { projectId: "voiced", surveyId: "s" }));
    const waiting = await deps.warehouse.query({
      name: "voice-events-of-test",
      sql: "SELECT survey_kind, comment FROM voice_events_v1 WHERE project_id = 'voiced'",
      params: {},
      row: z.object({ survey_kind: z.string(), comment: z.string() }),
    });
    expect(waiting).toEqual([{ survey_kind: "text", comment: "too hard" }]);
  });

  test("equal a slow obvious reference on any history", async () => {
    const histories = fc.array(
      fc.record({
        minute: fc.integer({ min: -70, max: 5 }),
        user: fc.constantFrom("", "", "u1", "u2", "u3"),
        installation: fc.constantFrom("", "i1", "i2", "i3"),
        event: fc.constantFrom("shown" as const, "answered" as const, "dismissed" as const),
        kind: fc.constantFrom("nps" as const, "choice" as const),
        question: fc.constantFrom("a", "b"),
        score: fc.constantFrom(1, 9),
        comment: fc.constantFrom("slow", "other"),
        partial: fc.boolean(),
        language: fc.constantFrom("zh-CN", "en"),
      }),
      { maxLength: 40 },
    );
    let projects = 0;
    await fc.assert(
      fc.asyncProperty(histories, async (told) => {
        const of = { projectId: `h${(projects += 1)}`, surveyId: "s1" };
        await deps.warehouse.insert("events_v1", rowsOf(told, of));
        const others = told.map((each) => ({ ...each, user: "", installation: "other" }));
        await deps.warehouse.insert("events_v1", rowsOf(others, { ...of, surveyId: "s2" }));
        const range = { from: at(-60), to: at(0) };
        const counted = await countSurvey(deps.warehouse, { ...of, range, choices: ["slow"] });
        const expected = [null, "zh-CN", "en"].map((language) => countSlowly(told, language));
        expect(counted.customers.toSorted(byText)).toEqual(
          expected.flatMap(({ customers }) => customers).toSorted(byText),
        );
        expect(counted.answers.toSorted(byText)).toMatchObject(
          expected.flatMap(({ answers }) => answers).toSorted(byText),
        );
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 120_000);
});

const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** Who was shown it and who answered, by the words of docs/guidance.md and nothing else. */
function countSlowly(told: readonly Told[], language: string | null) {
  const all = told.map((each, index) => ({ ...each, time: at(each.minute).getTime() + index }));
  const resolve = resolveSlowly(all.map((each) => ({ ...each, session: "", previous: "", outcome: "" })));
  const inRange = all
    .filter(({ time }) => time >= at(-60).getTime() && time < at(0).getTime())
    .filter((each) => language === null || each.language === language)
    .toSorted((a, b) => a.time - b.time)
    .map((each) => ({ ...each, customer: resolve(each.user || each.installation) }));
  const people = Map.groupBy(
    inRange.filter(({ customer }) => customer !== ""),
    ({ customer }) => customer,
  );
  const counts = { language, shown: 0, answered: 0, responded: 0, partial: 0 };
  for (const events of people.values()) {
    const has = (event: Told["event"]) => events.some((each) => each.event === event);
    if (has("shown")) counts.shown += 1;
    if (has("answered")) counts.answered += 1;
    if (has("shown") && has("answered")) counts.responded += 1;
    if (has("answered") && events.findLast(({ event }) => event !== "shown")?.partial === true)
      counts.partial += 1;
  }
  const answers = Map.groupBy(
    inRange.filter(({ event }) => event === "answered"),
    ({ question = "", kind = "nps", score = 0, comment = "" }) =>
      JSON.stringify({
        language,
        question,
        kind,
        value: kind === "nps" ? String(score) : comment === "slow" ? "slow" : "",
      }),
  );
  return {
    customers: people.size === 0 ? [] : [counts],
    answers: [...answers].map(([cell, events]) => ({
      ...(JSON.parse(cell) as object),
      answers: events.length,
      comments: events.filter(({ kind }) => kind === "nps").length,
    })),
  };
}
