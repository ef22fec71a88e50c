import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { npsGap, type NpsCounts } from "../stats/nps.ts";
import { joinScores, type JoinedScores } from "./scores.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const NOON = Date.UTC(2026, 4, 2, 12);
const HOUR = 3_600_000;
const RANGE = { from: new Date(NOON - 24 * HOUR), to: new Date(NOON + HOUR) };

interface Met {
  time: number;
  customer: string;
  fingerprint: string;
}
interface Active {
  time: number;
  customer: string;
  flow: string;
}
interface Said {
  time: number;
  customer: string;
  kind: string;
  score: number | null;
  comment: string;
  label: string;
  flow: string;
}
interface History {
  met: Met[];
  active: Active[];
  said: Said[];
}

const at = (time: number) => new Date(time).toISOString();

let projects = 0;
async function store({ met, active, said }: History): Promise<string> {
  const project_id = `p${(projects += 1)}`;
  const errors = met.map((row, id) => ({
    project_id,
    time: at(row.time),
    fingerprint: row.fingerprint,
    event_id: `${id}`,
    customer_id: row.customer,
  }));
  const transactions = active.map((row, id) => ({
    project_id,
    time: at(row.time),
    flow: row.flow,
    event_id: `${id}`,
    customer_id: row.customer,
  }));
  const voices = said.map((row, id) => ({
    project_id,
    time: at(row.time),
    voice_id: `${id}`,
    layer: "customer",
    customer_id: row.customer,
    survey_kind: row.kind,
    score: row.score,
    comment: row.comment,
    sentiment_label: row.label,
    flow: row.flow,
    scored_at: at(NOON),
  }));
  await warehouse.insert("error_events_v1", errors);
  await warehouse.insert("transaction_events_v1", transactions);
  // A second scoring of the same voices replaces the first.
  await warehouse.insert(
    "voices_v1",
    voices.map((voice) => ({
      ...voice,
      score: 10,
      comment: "old",
      sentiment_label: "positive",
      scored_at: at(0),
    })),
  );
  await warehouse.insert("voices_v1", voices);
  return project_id;
}

const voice = (change: Partial<Said> = {}): Said => ({
  time: NOON,
  customer: "c1",
  kind: "nps",
  score: 0,
  comment: "",
  label: "",
  flow: "",
  ...change,
});

async function scoresOf(history: Partial<History>, flow = "transfer"): Promise<JoinedScores | undefined> {
  const projectId = await store({ met: [], active: [], said: [], ...history });
  const groups = [{ fingerprint: "f1", flow }];
  return (await joinScores(warehouse, { projectId, range: RANGE, groups })).get("f1");
}

const meeting = (time: number, change: Partial<Met> = {}): Met => ({
  time,
  customer: "c1",
  fingerprint: "f1",
  ...change,
});

/** Answers joined with an error met at a time; the answer is of noon. */
const answers = async (time: number) =>
  (await scoresOf({ met: [meeting(time)], said: [voice()] }))?.scores.exposedAnswers;

test("an answer joins an error its customer met in the 24 hours before, to the millisecond", async () => {
  expect(await answers(NOON)).toBe(1);
  expect(await answers(NOON + 1)).toBe(0);
  expect(await answers(NOON - 24 * HOUR)).toBe(1);
  expect(await answers(NOON - 24 * HOUR - 1)).toBe(0);
});

test("an answer does not join another customer's error, another group's, or another project's", async () => {
  await store({ met: [meeting(NOON)], active: [], said: [voice()] });
  for (const met of [[], [meeting(NOON, { customer: "c2" })], [meeting(NOON, { fingerprint: "f2" })]])
    expect((await scoresOf({ met, said: [voice()] }))?.scores.exposedAnswers).toBe(0);
});

test("others are those active on the same flow who did not meet the error", async () => {
  const said = ["c1", "c2", "c3", "c4"].map((customer) => voice({ customer, score: 10 }));
  const active = [
    { time: NOON, customer: "c1", flow: "transfer" },
    { time: NOON, customer: "c2", flow: "transfer" },
    { time: NOON, customer: "c3", flow: "bill" },
  ];
  const joined = await scoresOf({ met: [meeting(NOON)], active, said });
  expect(joined?.scores).toMatchObject({ exposedAnswers: 1, otherAnswers: 1, tooFew: true, low: null });
});

test("the share of negative comments is of the comments joined", async () => {
  const said = [
    voice({ score: null, kind: "text", comment: "转账失败", label: "negative" }),
    voice({ score: null, kind: "text", comment: "fine", label: "positive" }),
    voice({ customer: "c2", kind: "text", score: null, comment: "bad", label: "negative" }),
  ];
  expect(await scoresOf({ met: [meeting(NOON)], said })).toMatchObject({ comments: 2, negativeShare: 0.5 });
});

test("only NPS answers count in the gap", async () => {
  const said = [voice({ kind: "csat", score: 5 }), voice({ kind: "nps", score: null })];
  expect((await scoresOf({ met: [meeting(NOON)], said }))?.scores.exposedAnswers).toBe(0);
});

const moment = fc
  .tuple(fc.integer({ min: -50, max: 1 }), fc.integer({ min: -1, max: 1 }))
  .map(([hour, ms]) => NOON + hour * HOUR + ms);
const customer = fc.constantFrom("", "c1", "c2", "c3", "c4", "c5");
const flow = fc.constantFrom("", "transfer", "bill");
const histories = fc.record({
  met: fc.array(fc.record({ time: moment, customer, fingerprint: fc.constantFrom("f1", "f2", "f3") }), {
    maxLength: 12,
  }),
  active: fc.array(fc.record({ time: moment, customer, flow: fc.constantFrom("transfer", "bill") }), {
    maxLength: 12,
  }),
  said: fc.array(
    fc.record({
      time: moment,
      customer,
      kind: fc.constantFrom("nps", "nps", "csat"),
      score: fc.option(fc.integer({ min: 0, max: 10 })),
      comment: fc.constantFrom("", "words"),
      label: fc.constantFrom("negative", "neutral"),
      flow,
    }),
    { maxLength: 15 },
  ),
});

const isNear = (time: number, said: Said) => time <= said.time && time >= said.time - 24 * HOUR;

function scoresSlowly(history: History, group: { fingerprint: string; flow: string }): JoinedScores {
  const said = history.said.filter(
    (row) => row.customer !== "" && row.time >= RANGE.from.getTime() && row.time < RANGE.to.getTime(),
  );
  const hasMet = (row: Said) =>
    history.met.some(
      (error) =>
        error.fingerprint === group.fingerprint && error.customer === row.customer && isNear(error.time, row),
    );
  const isActive = (row: Said) =>
    group.flow === "" ||
    row.flow === group.flow ||
    history.active.some(
      (event) => event.flow === group.flow && event.customer === row.customer && isNear(event.time, row),
    );
  const exposed = said.filter(hasMet);
  const comments = exposed.filter((row) => row.comment !== "");
  const negative = comments.filter((row) => row.label === "negative").length;
  return {
    scores: npsGap(countSlowly(exposed), countSlowly(said.filter((row) => !hasMet(row) && isActive(row)))),
    comments: comments.length,
    negativeShare: comments.length === 0 ? null : negative / comments.length,
  };
}

function countSlowly(said: Said[]): NpsCounts {
  const scores = said.flatMap((row) => (row.kind === "nps" && row.score !== null ? [row.score] : []));
  const within = (low: number, high: number) =>
    scores.filter((score) => score >= low && score <= high).length;
  return { promoters: within(9, 10), passives: within(7, 8), detractors: within(0, 6) };
}

test("the joined scores equal slow obvious ones on any history", async () => {
  const groups = [
    { fingerprint: "f1", flow: "transfer" },
    { fingerprint: "f2", flow: "" },
    { fingerprint: "f3", flow: "bill" },
  ];
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const projectId = await store(history);
      const joined = await joinScores(warehouse, { projectId, range: RANGE, groups });
      for (const group of groups) expect(joined.get(group.fingerprint)).toEqual(scoresSlowly(history, group));
    }),
    { numRuns: 60 },
  );
}, 120_000);
