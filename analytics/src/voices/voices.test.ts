import { schema } from "@voxloop/ledger";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { npsOf } from "../stats/nps.ts";
import { scoreVoicesJob } from "./job.ts";
import { rescoreVoicesJob } from "./rescore-job.ts";
import { modelVersion } from "../text/sentiment.ts";
import { countVoices } from "./query.ts";
import { createVoicesRoutes } from "./routes.ts";
import { daysOf } from "../stats/days.ts";
import { scoreVoices } from "./scores.ts";
import { voiceList, voiceScores } from "./voice.ts";

const NOW = new Date("2026-05-10T04:00:00.000Z");
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
beforeAll(async () => {
  deps = await openTestDeps(NOW);
  app = createTestApp(createVoicesRoutes(deps), person);
});
afterAll(() => deps.close());

interface Answer {
  time: Date;
  id: string;
  score?: number | null;
  comment?: string;
  flow?: string;
  kind?: string;
  name?: string;
}

/** A new project with the events of these answers, not scored yet. */
async function projectWith(answers: Answer[]): Promise<string> {
  const id = `v${(await deps.ledger.db.select().from(schema.projects)).length}`;
  await deps.ledger.db.insert(schema.projects).values({ id, name: id });
  await storeAnswers(id, answers);
  return id;
}

function storeAnswers(projectId: string, answers: Answer[]): Promise<void> {
  return deps.warehouse.insert(
    "events_v1",
    answers.map((answer) => ({
      project_id: projectId,
      event_name: answer.name ?? "vox.survey.answered",
      time: answer.time.toISOString(),
      received_at: answer.time.toISOString(),
      event_id: answer.id,
      customer_id: `c-${answer.id}`,
      survey_id: "s1",
      survey_kind: answer.kind ?? "nps",
      score: answer.score ?? null,
      comment: answer.comment ?? "",
      flow: answer.flow ?? "",
    })),
  );
}

async function listOf(projectId: string, query = "") {
  const answer = await app.request(`/projects/${projectId}/voices?${query}`);
  expect(answer.status).toBe(200);
  return voiceList.parse(await answer.json());
}

async function scoresOf(projectId: string, query = "") {
  const answer = await app.request(`/projects/${projectId}/voices/scores?${query}`);
  expect(answer.status).toBe(200);
  return voiceScores.parse(await answer.json());
}

const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

function storedRows(projectId: string): Promise<{ rows: number }[]> {
  return deps.warehouse.query({
    name: "rows",
    sql: "SELECT count() AS rows FROM voices_v1 WHERE project_id = {project: String}",
    params: { project: projectId },
    row: z.object({ rows: z.number() }),
  });
}

describe("the job", () => {
  test("makes a voice of every survey answer and of any event with a comment, and of nothing else", async () => {
    const project = await projectWith([
      { id: "a", time: minutesAgo(3), score: 2, comment: "转账一直失败，很失望", flow: "transfer" },
      { id: "b", time: minutesAgo(2), score: 9 },
      { id: "c", time: minutesAgo(1), kind: "", name: "ticket", comment: "Great, easy to use" },
      { id: "d", time: minutesAgo(1), kind: "", name: "click" },
    ]);
    await scoreVoicesJob.run(deps);
    const { items } = await listOf(project);
    expect(items.map((item) => [item.voiceId, item.language, item.sentimentLabel, item.score])).toEqual([
      ["c", "en", "positive", null],
      ["b", "", "", 9],
      ["a", "zh", "negative", 2],
    ]);
    expect(items[1]?.sentimentScore).toBeNull();
    expect(items[2]).toMatchObject({
      layer: "customer",
      flow: "transfer",
      customerId: "c-a",
      surveyId: "s1",
    });
  });

  test("scores a voice once, however often it runs, and one that was stored late too", async () => {
    const project = await projectWith([{ id: "a", time: minutesAgo(3), score: 2 }]);
    await scoreVoicesJob.run(deps);
    await scoreVoicesJob.run(deps);
    expect(await storedRows(project)).toEqual([{ rows: 1 }]);
    await storeAnswers(project, [{ id: "late", time: minutesAgo(1_000), score: 1 }]);
    await scoreVoicesJob.run(deps);
    expect((await listOf(project)).items.map((item) => item.voiceId)).toEqual(["a", "late"]);
    expect(await storedRows(project)).toEqual([{ rows: 2 }]);
  });

  test("does not count a retried answer twice", async () => {
    const answer = { id: "a", time: minutesAgo(3), score: 10 };
    const project = await projectWith([answer]);
    await scoreVoicesJob.run(deps);
    await storeAnswers(project, [answer]);
    await scoreVoicesJob.run(deps);
    expect((await scoresOf(project)).nps.answers).toBe(1);
  });

  test("reads on over more answers than one batch holds", async () => {
    const project = await projectWith(
      Array.from({ length: 2_345 }, (_, i) => ({ id: `n${i}`, time: minutesAgo(5), score: i % 11 })),
    );
    await scoreVoicesJob.run(deps);
    expect((await scoresOf(project)).nps.answers).toBe(2_345);
  });

  test("scores again all that lost its position, without doubling it", async () => {
    const project = await projectWith([{ id: "a", time: minutesAgo(3), score: 2 }]);
    await scoreVoicesJob.run(deps);
    await deps.ledger.db.delete(schema.jobStates);
    await scoreVoicesJob.run(deps);
    expect((await scoresOf(project)).nps.answers).toBe(1);
  });
});

describe("the list", () => {
  let project: string;
  beforeAll(async () => {
    project = await projectWith([
      { id: "1", time: minutesAgo(5), score: 0, comment: "Transfer FAILED again", flow: "transfer" },
      { id: "2", time: minutesAgo(4), score: 10, comment: "很好用，点赞", flow: "transfer" },
      { id: "3", time: minutesAgo(3), score: 9, flow: "bill" },
      { id: "4", time: minutesAgo(2), kind: "csat", score: 5 },
      { id: "5", time: minutesAgo(60 * 24), score: 5, comment: "yesterday, at the very edge" },
      { id: "6", time: minutesAgo(0), score: 5, comment: "now is not before now" },
    ]);
    await projectWith([{ id: "7", time: minutesAgo(2), score: 1, comment: "another project" }]);
    await scoreVoicesJob.run(deps);
  });

  test.each([
    ["", "4 3 2 1 5"],
    ["language=zh", "2"],
    ["language=en", "1 5"],
    ["sentiment=negative", "1"],
    ["kind=csat", "4"],
    ["flow=transfer", "2 1"],
    ["flow=transfer&sentiment=positive", "2"],
    ["q=failed", "1"],
    ["q=%E5%A5%BD%E7%94%A8", "2"],
    ["q=%25", ""],
    ["layer=employee", ""],
    ["layer=customer&kind=nps&flow=bill", "3"],
    [`from=${minutesAgo(4).toISOString()}&to=${minutesAgo(2).toISOString()}`, "3 2"],
  ])("with %j gives %j", async (query, ids) => {
    const { items } = await listOf(project, query);
    expect(items.map((item) => item.voiceId).join(" ")).toBe(ids);
  });

  test("gives every voice once over its pages", async () => {
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await listOf(project, `limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((item) => item.voiceId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(["4", "3", "2", "1", "5"]);
  });

  test.each(["limit=0", "limit=101", "sentiment=angry", "cursor=nonsense", "from=yesterday", "language=fr"])(
    "refuses %s",
    async (query) => {
      expect((await app.request(`/projects/${project}/voices?${query}`)).status).toBe(400);
    },
  );

  test("of a project that does not exist is not found", async () => {
    expect((await app.request("/projects/none/voices")).status).toBe(404);
  });
});

describe("the scores", () => {
  test("compare with the range before and follow the project's days", async () => {
    // Shanghai's 10 May begins at 16:00 UTC on the 9th.
    const project = await projectWith([
      { id: "1", time: new Date("2026-05-09T15:59:59.999Z"), score: 10, comment: "好" },
      { id: "2", time: new Date("2026-05-09T16:00:00.000Z"), score: 0, comment: "差", flow: "transfer" },
      { id: "3", time: new Date("2026-05-09T03:59:59.999Z"), score: 6 },
    ]);
    await scoreVoicesJob.run(deps);
    const scores = await scoresOf(project);
    expect(scores.nps).toMatchObject({ nps: 0, answers: 2, promoters: 1, detractors: 1, tooFew: true });
    expect(scores.previousNps).toMatchObject({ nps: -100, answers: 1 });
    expect(scores.trend.map(({ day, nps, sentiment }) => [day, nps.nps, sentiment.negative])).toEqual([
      ["2026-05-09", 100, 0],
      ["2026-05-10", -100, 1],
    ]);
    expect(scores.byFlow.map(({ flow, nps }) => [flow, nps.nps])).toEqual([["transfer", -100]]);
    expect(scores.byLanguage).toEqual([
      { language: "zh", comments: 2, sentiment: { negative: 1, neutral: 0, positive: 1 } },
    ]);
  });

  test("agree with a slow reference on any answers", async () => {
    const answer = fc.record({
      minute: fc.integer({ min: 0, max: 4 * 1440 }),
      score: fc.option(fc.integer({ min: -1, max: 11 })),
      kind: fc.constantFrom("nps", "csat"),
      flow: fc.constantFrom("", "transfer", "bill"),
      comment: fc.constantFrom("", "好用", "太慢了", "great", "awful", "今天"),
    });
    const range = { from: minutesAgo(3 * 1440), to: minutesAgo(60) };
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 60 }), async (answers) => {
        const stored = answers.map((of, i) => ({ ...of, id: `${i}`, time: minutesAgo(of.minute) }));
        const projectId = await projectWith(stored);
        await scoreVoicesJob.run(deps);
        const cells = await countVoices(deps.warehouse, { projectId, range, timeZone: "Asia/Shanghai" });
        const scores = scoreVoices(cells, [], daysOf(range, "Asia/Shanghai"));
        const inRange = stored.filter(({ time }) => time >= range.from && time < range.to);
        expect(scores.nps).toEqual(slowNps(inRange));
        for (const flow of ["transfer", "bill"]) {
          const of = inRange.filter((each) => each.flow === flow);
          if (of.length > 0)
            expect(scores.byFlow.find((each) => each.flow === flow)?.nps).toEqual(slowNps(of));
        }
        for (const { day, nps } of scores.trend) {
          const start = Date.parse(`${day}T00:00:00+08:00`);
          expect(nps).toEqual(
            slowNps(
              inRange.filter(({ time }) => time.getTime() >= start && time.getTime() < start + 86_400_000),
            ),
          );
        }
        expect(scores.sentiment.negative).toBe(
          inRange.filter(({ comment }) => comment === "太慢了" || comment === "awful").length,
        );
      }),
      { numRuns: 25 },
    );
  });
});

function slowNps(answers: { kind: string; score: number | null }[]) {
  const counts = { promoters: 0, passives: 0, detractors: 0 };
  for (const { kind, score } of answers) {
    if (kind !== "nps" || score === null || score < 0 || score > 10) continue;
    if (score >= 9) counts.promoters++;
    else if (score >= 7) counts.passives++;
    else counts.detractors++;
  }
  return npsOf(counts);
}

test("the days of a range are those of its zone, over a change of the clocks", () => {
  const range = { from: new Date("2026-03-28T23:30:00Z"), to: new Date("2026-03-30T22:00:00.000Z") };
  expect(daysOf(range, "Europe/Berlin")).toEqual(["2026-03-29", "2026-03-30"]);
  expect(daysOf(range, "America/New_York")).toEqual(["2026-03-28", "2026-03-29", "2026-03-30"]);
});

test("a voice that an older model scored is scored again, once, and stays one", async () => {
  const project = await projectWith([]);
  const row = {
    project_id: project,
    time: NOW.toISOString(),
    layer: "customer",
    customer_id: "c",
    survey_kind: "text",
    language: "en",
    sentiment_label: "positive",
    sentiment_score: 1,
    model_version: "older",
    scored_at: "2020-01-01T00:00:00.000Z",
  };
  await deps.warehouse.insert("voices_v1", [
    { ...row, voice_id: "old", comment: "The transfer keeps failing, terrible" },
    { ...row, voice_id: "score alone", comment: "" },
  ]);
  await rescoreVoicesJob.run(deps);
  await rescoreVoicesJob.run(deps);
  const sql = `
  SELECT voice_id, sentiment_label, model_version FROM voices_v1 FINAL
  WHERE project_id = {project: String} ORDER BY voice_id`;
  const shape = z.object({ voice_id: z.string(), sentiment_label: z.string(), model_version: z.string() });
  expect(await deps.warehouse.query({ name: "rescored", sql, params: { project }, row: shape })).toEqual([
    { voice_id: "old", sentiment_label: "negative", model_version: modelVersion() },
    { voice_id: "score alone", sentiment_label: "positive", model_version: "older" },
  ]);
});
