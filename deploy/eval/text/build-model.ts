import type { Heads, Model } from "@voxloop/analytics";
import { EVALUATED_ONLY, type Comment, type Tongue } from "./comments.ts";
import { calibrate, quantise, trainHead, type Example, type Trained } from "./train-head.ts";

/** How much more the texts of a small data set count: 0 as many as there are, 1 all sets the same. */
const DOMAIN_BALANCE: Record<Tongue, number> = { zh: 0.3, en: 0.4 };
/** The same between praise and blame within a set, whose shares say how it was gathered. */
const CLASS_BALANCE = 1;
/** How much a text of a set without neutral ones counts as an example of what is not neutral. */
const OTHERS_WEIGHT = 0.3;

/** Trains both heads of a language on the texts that may be trained on, and calibrates them on those held back. */
export function buildHeads(comments: readonly Comment[], tongue: Tongue): Heads {
  const usable = comments.filter(({ domain }) => domain !== EVALUATED_ONLY);
  const train = usable.filter(({ isDev }) => !isDev);
  const held = usable.filter(({ isDev }) => isDev);
  return {
    polarity: calibrated(trainHead(polarityExamples(train, tongue)), polarOnly(held), isPraise),
    neutral: calibrated(trainHead(neutralExamples(train)), held, isNeutral),
  };
}

const polarOnly = (comments: readonly Comment[]) => comments.filter((comment) => !isNeutral(comment));
const isPraise = ({ label }: Comment) => label === "positive";
const isNeutral = ({ label }: Comment) => label === "neutral";

function polarityExamples(train: readonly Comment[], tongue: Tongue): Example[] {
  const polar = polarOnly(train);
  const domains = countBy(polar, ({ domain }) => domain);
  const classes = countBy(polar, ({ domain, label }) => `${domain} ${label}`);
  const largest = Math.max(...domains.values());
  return polar.map((comment) => {
    const { domain, label, features } = comment;
    const size = domains.get(domain) ?? 1;
    const ofClass = classes.get(`${domain} ${label}`) ?? 1;
    const weight = (largest / size) ** DOMAIN_BALANCE[tongue] * (size / 2 / ofClass) ** CLASS_BALANCE;
    return { features, isPositive: isPraise(comment), weight };
  });
}

/** Sets without neutral texts are examples of what is none. */
function neutralExamples(train: readonly Comment[]): Example[] {
  const sets = new Set(train.filter(isNeutral).map(({ domain }) => domain));
  return train.map((comment) => ({
    features: comment.features,
    isPositive: isNeutral(comment),
    weight: sets.has(comment.domain) ? 1 : OTHERS_WEIGHT,
  }));
}

function countBy(comments: readonly Comment[], of: (comment: Comment) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const comment of comments) counts.set(of(comment), (counts.get(of(comment)) ?? 0) + 1);
  return counts;
}

function calibrated(trained: Trained, held: readonly Comment[], is: (comment: Comment) => boolean) {
  const judged = held.map((comment) => ({ odds: oddsOf(trained, comment), isPositive: is(comment) }));
  return quantise(trained, held.length === 0 ? 1 : calibrate(judged));
}

function oddsOf({ weights, bias }: Trained, { features }: Comment): number {
  const sum = features.reduce((all, feature) => all + (weights[feature] ?? 0), 0);
  return bias + sum / Math.sqrt(Math.max(1, features.length));
}

/** Log-odds above which most is right when three answers are possible. */
export function neutralThreshold(heads: Heads, held: readonly Comment[]): number {
  const sets = new Set(held.filter(isNeutral).map(({ domain }) => domain));
  const judged = held
    .filter(({ domain }) => sets.has(domain) && domain !== EVALUATED_ONLY)
    .map((comment) => ({ comment, ...judge(heads, comment) }));
  const right = (threshold: number) =>
    judged.filter(
      ({ comment, polarity, neutral }) => labelOf({ polarity, neutral }, threshold) === comment.label,
    ).length;
  const thresholds = Array.from({ length: 61 }, (_, step) => (step - 30) / 10);
  return thresholds.reduce((best, threshold) => (right(threshold) > right(best) ? threshold : best), 0);
}

export function judge(heads: Heads, { features }: Comment): { polarity: number; neutral: number } {
  const length = Math.sqrt(Math.max(1, features.length));
  const odds = ({ weights, scale, bias }: Heads["polarity"]) =>
    bias + (scale * features.reduce((all, feature) => all + (weights[feature] ?? 0), 0)) / length;
  return { polarity: odds(heads.polarity), neutral: odds(heads.neutral) };
}

export function labelOf(odds: { polarity: number; neutral: number }, threshold: number): Comment["label"] {
  if (odds.neutral > threshold) return "neutral";
  return odds.polarity > 0 ? "positive" : "negative";
}

/** The model of both languages. `version` names the day it was trained. */
export function buildModel(comments: Record<Tongue, Comment[]>, version: string): Model {
  const heads = { zh: buildHeads(comments.zh, "zh"), en: buildHeads(comments.en, "en") };
  const held = (tongue: Tongue) => comments[tongue].filter(({ isDev }) => isDev);
  return {
    version,
    heads,
    neutralAbove: {
      zh: neutralThreshold(heads.zh, held("zh")),
      en: neutralThreshold(heads.en, held("en")),
    },
  };
}
