import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createTestApp, openTestDeps, person } from "../../http/test-app.fixture.ts";
import { createVoiceImportRoutes } from "./routes.ts";
import { createVoicesRoutes } from "../routes.ts";
import { voiceList, voiceScores } from "../voice.ts";
import { importResult, type ImportResult } from "./voice-import.ts";
import { schema } from "@voxloop/ledger";

const NOW = new Date("2026-05-10T04:00:00.000Z");
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
let list: ReturnType<typeof createTestApp>;
beforeAll(async () => {
  deps = await openTestDeps(NOW);
  app = createTestApp(createVoiceImportRoutes(deps), person);
  list = createTestApp(createVoicesRoutes(deps), person);
});
afterAll(() => deps.close());

let project = "";
let projects = 0;
beforeEach(async () => {
  projects += 1;
  project = `import${projects}`;
  await deps.ledger.db.insert(schema.projects).values({ id: project, name: project });
});

type Body = string | Uint8Array | ReadableStream<Uint8Array>;

function send(body: Body, query: Record<string, string> = {}, type = "text/csv"): Promise<Response> {
  const init = { method: "POST", headers: { "content-type": type }, body, duplex: "half" };
  const path = `/projects/${project}/voices?${new URLSearchParams(query).toString()}`;
  return Promise.resolve(app.request(path, init as RequestInit));
}

async function load(...args: Parameters<typeof send>): Promise<ImportResult> {
  const answer = await send(...args);
  const body: unknown = await answer.json();
  expect([answer.status, body]).toMatchObject([200, {}]);
  return importResult.parse(body);
}

const JSON_TYPE = "application/json";
const counts = ({ imported, updated, unchanged, rejected }: ImportResult) => [
  imported,
  updated,
  unchanged,
  rejected,
];

async function voices() {
  const answer = await list.request(
    `/projects/${project}/voices?from=2026-04-01T00:00:00Z&to=2026-05-10T04:00:00Z`,
  );
  return voiceList.parse(await answer.json()).items;
}

async function rowsOf(table: string): Promise<number> {
  const sql = `SELECT count() AS rows FROM ${table} WHERE project_id = {project: String}`;
  const row = z.object({ rows: z.number() });
  const [found] = await deps.warehouse.query({ name: "rows", sql, params: { project }, row });
  return found?.rows ?? 0;
}

const HEADER = "external_id,time,kind,score,comment,user.id\n";

const streamOf = (pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) =>
  Readable.toWeb(Readable.from(pieces)) as ReadableStream<Uint8Array>;
const scored = (score: number, comment: string, time = "2026-05-01T08:00:00Z") =>
  `${HEADER}a,${time},nps,${score},${comment},c1\n`;
const said = (id: string, comment: string) => `${id},2026-05-01,text,,${comment},\n`;

function* lines(rows: number) {
  yield Buffer.from(HEADER);
  for (let first = 0; first < rows; first += 500) {
    const texts = Array.from({ length: 500 }, (_, i) => {
      const n = first + i;
      const day = String(1 + (n % 28)).padStart(2, "0");
      return `r${n},2026-04-${day}T08:00:00Z,nps,${n % 11},"comment ${n}, said once",c${n % 999}\n`;
    });
    yield Buffer.from(texts.join(""));
  }
}

async function scoresOf(query: string) {
  const answer = await list.request(
    `/projects/${project}/voices/scores?from=2026-04-01T00:00:00Z&to=2026-05-10T04:00:00Z${query}`,
  );
  return voiceScores.parse(await answer.json());
}

describe("a voice", () => {
  test("is scored and stored with what is known of it, without what identifies a person", async () => {
    const result = await load(
      `${HEADER}a,2026-05-01T08:00:00Z,nps,2,"转账一直失败，很失望，打13812345678给我",c1\n`,
    );
    expect(counts(result)).toEqual([1, 0, 0, 0]);
    expect(result.redacted).toEqual({ phone: 1 });
    expect(await voices()).toMatchObject([
      {
        time: "2026-05-01T08:00:00.000Z",
        layer: "customer",
        surveyKind: "nps",
        score: 2,
        comment: "转账一直失败，很失望，打[phone]给我",
        customerId: "c1",
        language: "zh",
        sentimentLabel: "negative",
      },
    ]);
  });

  test("of a customer whose id is a phone number is under the pseudonym that the customer's events are under", async () => {
    await load(`${HEADER}a,2026-05-01T08:00:00Z,nps,2,hello there,13812345678\n`);
    expect((await voices())[0]?.customerId).toMatch(/^p_[0-9a-f]{32}$/);
  });

  test("sent again is there already, and with other content replaces what was there", async () => {
    expect(counts(await load(scored(2, "bad")))).toEqual([1, 0, 0, 0]);
    expect(counts(await load(scored(2, "bad")))).toEqual([0, 0, 1, 0]);
    expect(await rowsOf("voices_v1")).toBe(1);
    expect(counts(await load(scored(9, "good now")))).toEqual([0, 1, 0, 0]);
    expect((await voices()).map(({ score, comment }) => [score, comment])).toEqual([[9, "good now"]]);
    // Another time would be another row of the table.
    expect(counts(await load(scored(9, "good now", "2026-04-02T08:00:00Z")))).toEqual([0, 1, 0, 0]);
    expect((await voices()).map(({ time }) => time)).toEqual(["2026-04-02T08:00:00.000Z"]);
  });

  test("of another source or project with the same id is another voice", async () => {
    const body = `${HEADER}a,2026-05-01T08:00:00Z,nps,2,bad,c1\n`;
    await load(body, { source: "first" });
    expect(counts(await load(body, { source: "second" }))).toEqual([1, 0, 0, 0]);
    expect(await voices()).toHaveLength(2);
  });

  test("without an id column is told by its content", async () => {
    const body =
      "time,score,kind,comment\n2026-05-01T08:00:00Z,2,nps,bad\n2026-05-01T08:00:00Z,2,nps,worse\n";
    expect(counts(await load(body))).toEqual([2, 0, 0, 0]);
    expect(counts(await load(body))).toEqual([0, 0, 2, 0]);
  });
});

describe("a file", () => {
  const rows = [
    { externalId: "a", time: "2026-05-01T08:00:00Z", comment: "good", attributes: { branch: "Pudong" } },
    { externalId: "b", time: "2026-05-01T09:00:00Z", comment: "bad", kind: "csat", score: 1 },
  ];

  test.each([
    ["a JSON array", JSON.stringify(rows), JSON_TYPE],
    ["an array within an answer of an API", JSON.stringify({ meta: { next: "x" }, data: rows }), JSON_TYPE],
    ["JSONL", rows.map((row) => JSON.stringify(row)).join("\r\n"), "application/x-ndjson"],
    [
      "CSV",
      "externalId,time,comment,kind,score,attributes.branch\r\na,2026-05-01T08:00:00Z,good,,,Pudong\r\nb,2026-05-01T09:00:00Z,bad,csat,1,\r\n",
      "text/csv",
    ],
    [
      "CSV with semicolons",
      "externalId;time;comment;kind;score;attributes.branch\na;2026-05-01T08:00:00Z;good;;;Pudong\nb;2026-05-01T09:00:00Z;bad;csat;1;",
      "text/csv",
    ],
  ])("of %s becomes the same voices", async (_, body, type) => {
    expect(counts(await load(body, {}, type))).toEqual([2, 0, 0, 0]);
    expect((await voices()).map(({ comment, score, surveyKind }) => [comment, score, surveyKind])).toEqual([
      ["bad", 1, "csat"],
      ["good", null, "text"],
    ]);
    expect(counts(await load(JSON.stringify(rows), {}, JSON_TYPE))).toEqual([0, 0, 2, 0]);
  });

  test.each(["utf-8", "utf-16le", "utf-16be", "gb18030"])(
    "in %s is read without being told",
    async (encoding) => {
      const text = "编号,时间,评论\n甲,2026-05-01 16:00,很好用，点赞\n";
      const [utf8, utf16] = [Buffer.from(text), Buffer.from(`\uFEFF${text}`, "utf16le")];
      const gb = Buffer.from(
        "b1e0bac52ccab1bce42cc6c0c2db0abcd72c323032362d30352d30312031363a30302cbadcbac3d3c3a3acb5e3d4de0a",
        "hex",
      );
      const bytes = {
        "utf-8": utf8,
        "utf-16le": utf16,
        "utf-16be": Buffer.from(utf16).swap16(),
        gb18030: gb,
      };
      const result = await load(bytes[encoding as keyof typeof bytes]);
      expect([result.encoding, ...counts(result)]).toEqual([encoding, 1, 0, 0, 0]);
      // Without a zone it is the project's, which is eight hours ahead.
      expect(await voices()).toMatchObject([{ comment: "很好用，点赞", time: "2026-05-01T08:00:00.000Z" }]);
    },
  );

  test.each([
    ["nothing at all", "", "text/csv", "body"],
    ["nothing at all of JSON", "", JSON_TYPE, "body"],
    ["no array", '{"comment":"x"}', JSON_TYPE, "body"],
    ["500 columns", Array.from({ length: 500 }, (_, i) => `c${i}`).join(","), "text/csv", "columns"],
    ["no column of a time", "id,comment\n1,x\n", "text/csv", "mapping"],
    ["nothing said", "id,time\n1,2026-05-01\n", "text/csv", "mapping"],
    [
      "Western letters of an old encoding",
      Buffer.from("time,comment\n2026-05-01,tr\xE8s bien, m\xE9rci", "latin1"),
      "text/csv",
      "encoding",
    ],
  ])("with %s is refused by name", async (...[, body, type, field]) => {
    const answer = await send(body, {}, type);
    expect([answer.status, await answer.json()]).toMatchObject([400, { errors: [{ field }] }]);
  });

  test("of an unknown type is refused", async () => {
    expect((await send("x", {}, "image/png")).status).toBe(415);
  });

  test("with a header alone has no rows", async () => {
    expect(counts(await load(HEADER))).toEqual([0, 0, 0, 0]);
  });
});

describe("a bad row", () => {
  test("is named with its reasons, and the rows around it are stored", async () => {
    const time = "2026-05-01T08:00:00Z";
    const body = [
      "external_id,time,kind,score,comment",
      `good,${time},nps,9,fine`,
      `score,${time},nps,11,out of range`,
      `stars,${time},rating,0,out of range`,
      `word,${time},nps,many,no number`,
      `kind,${time},poll,3,no kind`,
      `silent,${time},text,,`,
      "time,01/05/2026,text,,when",
      "never,,text,,when",
      "future,2027-01-01,text,,soon",
      "past,1999-12-31,text,,long ago",
      "april,2026-04-31,text,,no such day",
      `,${time},text,,no id`,
      `good,${time},nps,1,contradicts`,
      `good,${time},nps,9,fine`,
      `long,${time},text,,${"x".repeat(20_001)}`,
      `huge,${time},text,,"${"很".repeat(1_048_576)}"`,
      `cells,${time},text,,a,b,c`,
      `emoji,${time},text,,😡😡😡`,
      `mixed,${time},text,,登录 failed またか 😡`,
      `html,${time},text,,<p>Transfer <b>failed</b> &amp; again</p><script>alert(1)</script>`,
      `last,${time},nps,0,"quoted ""twice"", and fine"`,
    ].join("\n");
    const result = await load(body);
    expect(counts(result)).toEqual([5, 0, 1, 15]);
    expect(result.errors.map(({ row, field, reason }) => `${row} ${field}: ${reason}`)).toEqual([
      "3 score: 11 is not within 0 to 10, the scores of nps",
      "4 score: 0 is not within 1 to 5, the scores of rating",
      '5 score: "many" is no number',
      "6 kind: is none of nps, csat, ces, rating, ticket, post, assessment, text",
      "6 score: a voice of kind text has none: map the column to a field of its own, or say the kind",
      "7 comment: is empty, and there is no score: nothing is said",
      '8 time: "01/05/2026" may be day or month first: write it as 2026-05-31',
      "9 time: is empty",
      '10 time: "2027-01-01" is in the future',
      '11 time: "1999-12-31" is before the year 2000',
      '12 time: "2026-04-31" is no time: write it as 2026-05-31T12:30:00Z',
      "13 externalId: is empty",
      "16 comment: has 20001 characters; at most 20000",
      "17 : is longer than 262144 characters",
      "18 : has 7 cells where the header has 5: is a quote missing?",
      "14 externalId: row 2 has the same id and says something else; that one is kept",
    ]);
    expect((await voices()).map(({ comment }) => comment).toSorted()).toEqual([
      "Transfer failed & again",
      "fine",
      'quoted "twice", and fine',
      "登录 failed またか 😡",
      "😡😡😡",
    ]);
  });

  test("of JSON is named as well", async () => {
    const good = '{"externalId":"a","time":"2026-05-01","comment":"good"}';
    const result = await load(`[${good}, 7, {"externalId":"b"}, {oops}, null]`, {}, JSON_TYPE);
    expect(counts(result)).toEqual([1, 0, 0, 4]);
    expect(result.errors.map(({ row, reason }) => `${row} ${reason}`)).toEqual([
      "2 is no JSON object",
      "3 is empty, and there is no score: nothing is said",
      "3 is empty",
      "4 is not JSON",
      "5 is no JSON object",
    ]);
  });

  test.each([
    [
      "a quote that never closes",
      `${HEADER}a,2026-05-01,text,,good,\nb,2026-05-01,text,,"bad\nc,2026-05-01,text,,x,`,
      "text/csv",
      3,
    ],
    [
      "an array that breaks off",
      '[{"externalId":"a","time":"2026-05-01","comment":"good"},{"exter',
      JSON_TYPE,
      2,
    ],
  ])("after which nothing can be read, %s, is said to be so", async (...[, body, type, row]) => {
    const result = await load(body, {}, type);
    expect([result.isComplete, result.imported, result.errors[0]?.row]).toEqual([false, 1, row]);
    expect(result.errors[0]?.reason).toContain("not read");
    expect(await voices()).toHaveLength(1);
  });

  test("in another encoding than the file's start is named", async () => {
    const start = `external_id,time,comment\na,2026-05-01,${"好".repeat(30_000)}\n`.replace(/好+/, (all) =>
      all.slice(0, 9_000),
    );
    const filler = Array.from({ length: 9 }, (_, i) => `f${i},2026-05-01,${"好".repeat(5_000)}\n`).join("");
    const bytes = Buffer.concat([
      Buffer.from(start + filler),
      Buffer.from("b,2026-05-01,"),
      Buffer.from("bac30a", "hex"),
    ]);
    const result = await load(bytes);
    expect(counts(result)).toEqual([10, 0, 0, 1]);
    expect(result.errors[0]?.reason).toBe("has characters that are not utf-8: is the encoding right?");
  });

  test("is one of a thousand that are told, and all are counted", async () => {
    const body = HEADER + "x,never,text,,hm,\n".repeat(1_500);
    const result = await load(body);
    expect([result.rejected, result.errors.length]).toEqual([1_500, 1_000]);
  });
});

test("an id that says two things is caught across the pieces of a file, and again when the file is sent again", async () => {
  for (const importId of ["7c0a6a0e-3f0b-4b39-9d3c-2f1a52f0a001", "7c0a6a0e-3f0b-4b39-9d3c-2f1a52f0a002"]) {
    const first = await load(HEADER + said("a", "one"), { importId });
    expect(first.imported + first.unchanged).toBe(1);
    const second = await load(HEADER + said("a", "two"), { importId, firstRow: "7" });
    expect(second.errors).toEqual([
      {
        row: 7,
        field: "externalId",
        reason: "row 2 has the same id and says something else; that one is kept",
      },
    ]);
  }
  expect((await voices()).map(({ comment }) => comment)).toEqual(["one"]);
});

test("repeated comments are imported, and counted", async () => {
  const body =
    HEADER + Array.from({ length: 40 }, (_, i) => `r${i},2026-05-01,text,,good good good,\n`).join("");
  expect(await load(body)).toMatchObject({ imported: 40, repeated: 39 });
});

test("a dry run says what the first 50 rows become, and stores nothing", async () => {
  await load(HEADER + said("same", "as before") + said("other", "before"));
  const body =
    HEADER + said("same", "as before") + said("other", "after") + said("new", "hello") + said("bad", "");
  const more = Array.from({ length: 100 }, (_, i) => said(`m${i}`, "more")).join("");
  const result = await load(body + more, { dryRun: "true" });
  expect(result.preview.map(({ row: at, becomes }) => `${at} ${becomes}`).slice(0, 5)).toEqual([
    "2 unchanged",
    "3 updated",
    "4 new",
    "5 rejected",
    "6 new",
  ]);
  expect([result.preview.length, result.rows]).toEqual([50, 50]);
  expect(await rowsOf("voices_v1")).toBe(2);
  // What has no meaning yet is shown, not refused.
  const unknown = await load("甲,乙\n1,2\n", { dryRun: "true" });
  expect(unknown.columns).toEqual([
    { column: "甲", field: "" },
    { column: "乙", field: "" },
  ]);
});

test("columns become the fields that the sender says", async () => {
  const mapping = JSON.stringify({ 何时: "time", 说了: "comment", 哪里: "attributes.branch" });
  const body = "何时,说了,哪里,秘密\n2026年5月1日 08:30,很好,浦东,x\n";
  expect(counts(await load(body, { mapping, layer: "employee", source: "forum", kind: "post" }))).toEqual([
    1, 0, 0, 0,
  ]);
  expect(await voices()).toMatchObject([
    { layer: "employee", surveyKind: "post", comment: "很好", time: "2026-05-01T00:30:00.000Z" },
  ]);
  for (const wrong of ["nonsense", '{"a":"nowhere"}'])
    expect((await send(body, { mapping: wrong })).status).toBe(400);
});

test("voices of employees and experts stand beside those of customers, and count in no score of theirs", async () => {
  await load(`${HEADER}a,2026-05-01,nps,9,good,\n`);
  await load(`${HEADER}a,2026-05-01,nps,0,bad,\n`, { layer: "employee", source: "staff" });
  expect(
    (await voices()).map(({ layer, source, score }) => `${layer} ${source} ${score}`).toSorted(),
  ).toEqual(["customer import 9", "employee staff 0"]);
  expect([(await scoresOf("")).nps.nps, (await scoresOf("&layer=employee")).nps.nps]).toEqual([100, -100]);
});

describe("a hundred thousand rows", () => {
  const ROWS = 100_000;
  const SOME = 10_000;

  test("are stored in bounded memory, once, however often they are sent, also after a stop in the middle", async () => {
    const before = process.memoryUsage().rss;
    let most = 0;
    async function* broken() {
      yield* lines(3 * SOME);
      throw new Error("the connection was lost");
    }
    await expect(send(streamOf(broken()))).rejects.toThrow("the connection was lost");
    const stored = await rowsOf("imported_voices_v1");
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThanOrEqual(3 * SOME);
    async function* watched() {
      for (const piece of lines(ROWS)) {
        most = Math.max(most, process.memoryUsage().rss);
        yield piece;
      }
    }
    const result = await load(streamOf(watched()));
    expect(result.imported + result.unchanged).toBe(ROWS);
    expect(result.unchanged).toBe(stored);
    expect(await rowsOf("voices_v1 FINAL")).toBe(ROWS);
    expect(most - before).toBeLessThan(400 * 2 ** 20);
    const again = await load(streamOf(lines(SOME)));
    expect(counts(again)).toEqual([0, 0, SOME, 0]);
    expect(await rowsOf("voices_v1 FINAL")).toBe(ROWS);
  }, 240_000);
});
