import { createRedactor } from "@voxloop/warehouse";
import { expect, test } from "vitest";
import { EXPORTS, type ExportFile } from "./exports.fixture.ts";
import { planImport } from "./import-plan.ts";
import { openFile } from "./open-file.ts";
import { readVoice } from "./read-voice.ts";

const NOW = new Date("2026-05-10T04:00:00.000Z");

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function read({ bytes, type }: ExportFile) {
  const file = await openFile({ bytes: once(bytes), contentType: type });
  const plan = planImport(file, {});
  const context = {
    projectId: "bank",
    timeZone: "Asia/Shanghai",
    now: NOW,
    kind: plan.kind,
    redactor: createRedactor(() => undefined),
    encoding: file.encoding,
  };
  const voices: unknown[] = [];
  for await (const record of file.records) {
    const values = plan.reader.read(record.cells);
    voices.push(readVoice(values, plan.idOf(record, values), context));
  }
  return { mapping: plan.mapping, layer: plan.layer, source: plan.source, kind: plan.kind, voices };
}

const AT = new Date("2026-04-20T07:51:00.000Z");
const SECONDS = new Date("2026-04-20T07:51:31.000Z");
const voice = (expected: object) => ({ voice: expected });

const EXPECTED: Record<string, { layer: string; kind: string; voices: object[] }> = {
  app_store: {
    layer: "customer",
    kind: "rating",
    voices: [
      voice({
        externalId: "00000026-d0b6-1f1a-0d5e-8f6c00000000",
        time: new Date("2026-04-20T14:51:31.000Z"),
        score: 1,
        comment: "Transfer fails\nSince 8.0.2 every transfer fails with E1042.",
        attributes: { author: "Sunny_day88", territory: "USA" },
      }),
    ],
  },
  google_play: {
    layer: "customer",
    kind: "rating",
    voices: [
      voice({
        externalId: "gp%3AAOqpTOE123",
        time: SECONDS,
        score: 2,
        comment: 'Login is slow, "again"',
        release: "8.0.2",
        attributes: { device: "starlte", language: "en" },
      }),
      voice({ externalId: expect.stringMatching(/^row-/), score: 5, comment: "" }),
    ],
  },
  app_gallery: {
    layer: "customer",
    kind: "rating",
    voices: [
      voice({
        externalId: "9f21c7",
        time: SECONDS,
        score: 1,
        comment: "转账一直失败，客服也不回复",
        release: "8.0.2",
        attributes: { author: "小**明", device: "ALN-AL10", region: "中国" },
      }),
    ],
  },
  zendesk: {
    layer: "customer",
    kind: "ticket",
    voices: [
      voice({
        externalId: "35436",
        time: AT,
        score: null,
        comment: "Card declined\nMy card [card] was declined.\nPlease help",
        customerId: "c-1001",
        channel: "mail",
        attributes: {
          priority: "high",
          status: "open",
          group: "Cards",
          tags: "card decline",
          satisfaction: "bad",
        },
      }),
    ],
  },
  ticket: {
    layer: "customer",
    kind: "ticket",
    voices: [
      voice({
        externalId: "GD20260420001",
        time: AT,
        score: 2,
        comment: "理财赎回\n赎回三天还没到账",
        customerId: "c-1002",
        channel: "电话",
        attributes: { priority: "高", status: "处理中", category: "理财" },
      }),
    ],
  },
  employee_post: {
    layer: "employee",
    kind: "post",
    voices: [
      voice({
        externalId: "p-77",
        time: AT,
        customerId: "",
        flow: "login",
        attributes: { author: "E1024", department: "Retail", branch: "Pudong", topic: "app", likes: "12" },
      }),
    ],
  },
  expert_assessment: {
    layer: "professional",
    kind: "assessment",
    voices: [
      voice({
        externalId: "A-2026-04/Error messages",
        time: new Date("2026-04-19T16:00:00.000Z"),
        score: 40,
        comment: "The message names no next step",
        flow: "transfer",
        page: "/transfer/confirm",
        release: "8.0.2",
        attributes: {
          author: "Li",
          criterion: "Error messages",
          evidence: "Screen 14: only E1042 is shown",
          severity: "major",
        },
      }),
      voice({ externalId: "A-2026-04/Consistency", score: 80, comment: "" }),
    ],
  },
};

test.each(EXPORTS)("$name is known and read as $mapping", async (file) => {
  expect(await read(file)).toMatchObject({
    ...EXPECTED[file.mapping],
    mapping: file.mapping,
    source: file.mapping,
  });
});
