import { expect, test } from "vitest";
import type { ErrorGroup, ScoreGap } from "./error-group.ts";
import { rankHurt } from "./hurt.ts";

const NO_SCORES: ScoreGap = {
  exposedNps: null,
  exposedAnswers: 3,
  otherNps: null,
  otherAnswers: 9,
  gap: null,
  low: null,
  high: null,
  tooFew: true,
};
const gapOf = (gap: number, width: number): ScoreGap => ({
  ...NO_SCORES,
  gap,
  low: gap - width,
  high: gap + width,
  tooFew: false,
});

const group = (code: string, change: Partial<ErrorGroup>): ErrorGroup => ({
  fingerprint: code,
  rank: 1,
  code,
  type: "",
  flow: "transfer",
  title: code,
  customers: 100,
  blockedCustomers: 0,
  blockedTransactions: 0,
  events: 100,
  blockedShare: 0,
  previousBlockedCustomers: 0,
  previousCustomers: 0,
  firstSeen: "2026-05-01T00:00:00.000Z",
  lastSeen: "2026-05-01T00:00:00.000Z",
  trend: { ratio: null, low: null, high: null, direction: "unclear" },
  sparkline: [],
  state: "ongoing",
  spike: null,
  releases: [],
  page: "",
  step: "",
  issueId: null,
  guidance: [],
  scores: NO_SCORES,
  negativeShare: null,
  comments: 0,
  ...change,
});

test("customers, transactions and score count a third each, as shares of what all do", () => {
  const [first, second] = rankHurt([
    group("many", { blockedCustomers: 30, blockedTransactions: 10, scores: gapOf(-10, 5), customers: 200 }),
    group("angry", { blockedCustomers: 10, blockedTransactions: 30, scores: gapOf(-60, 9), customers: 100 }),
  ]);
  expect(first).toMatchObject({
    code: "angry",
    promotersLost: 60,
    parts: { customers: 0.25, transactions: 0.75, score: 0.75 },
  });
  expect(first?.hurt).toBeCloseTo((0.25 + 0.75 + 0.75) / 3, 12);
  expect(second).toMatchObject({ code: "many", promotersLost: 20, parts: { score: 0.25 } });
});

test("a gap that chance explains, or that too few answered, takes nothing, and says which", () => {
  const groups = rankHurt([
    group("few", { blockedCustomers: 10, blockedTransactions: 10 }),
    group("unsure", { blockedCustomers: 5, blockedTransactions: 5, scores: gapOf(-20, 30) }),
  ]);
  expect(groups.map(({ code, promotersLost, parts }) => [code, promotersLost, parts.score])).toEqual([
    ["few", null, null],
    ["unsure", 0, null],
  ]);
  expect(groups[0]?.hurt).toBeCloseTo(2 / 3, 12);
});

test("what stops nobody hurts nobody, in the order of the list", () => {
  const groups = rankHurt([group("b", { rank: 2 }), group("a", { rank: 1 })]);
  expect(groups.map(({ code, hurt }) => [code, hurt])).toEqual([
    ["a", 0],
    ["b", 0],
  ]);
  expect(rankHurt([])).toEqual([]);
});
