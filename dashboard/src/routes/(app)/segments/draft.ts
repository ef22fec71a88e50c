import type { Condition, SavedSegment, SegmentDefinition, SegmentRule } from "@voxloop/analytics/shapes";
import { toLocalizedDraft, type LocalizedDraft } from "#ui/localized.ts";

export const OPERATORS = ["=", "!=", "contains", "not_contains"] as const;

export interface DraftCondition {
  name: string;
  operator: (typeof OPERATORS)[number];
  value: string;
}

type Was = Extract<SegmentRule, { kind: "was" }>;
type Score = Extract<SegmentRule, { kind: "score" }>;

/** A rule while it is edited: it keeps what its other kinds would ask, so that a change of kind can be taken back. */
export interface DraftRule {
  key: number;
  kind: SegmentRule["kind"];
  withinDays: number;
  /** "" is any. */
  event: string;
  where: DraftCondition[];
  /** Conditions for which there are no fields: kept as they are. */
  others: Condition[];
  atLeast: number;
  survey: Score["survey"];
  /** An empty field is null. */
  min: number | null;
  max: number | null;
  property: Was["property"];
  /** With commas between them. */
  values: string;
  when: Was["when"];
}

export interface Draft {
  name: LocalizedDraft;
  match: SegmentDefinition["match"];
  rules: DraftRule[];
}

export const MOST_RULES = 20;

let nextKey = 1;

export function newRule(): DraftRule {
  return {
    key: nextKey++,
    kind: "did",
    withinDays: 30,
    event: "",
    where: [],
    others: [],
    atLeast: 1,
    survey: "nps",
    min: null,
    max: 6,
    property: "channel",
    values: "",
    when: "latest",
  };
}

export function newDraft(): Draft {
  return { name: { zh: "", en: "" }, match: "all", rules: [newRule()] };
}

export function toDraft({ name, definition }: Pick<SavedSegment, "name" | "definition">): Draft {
  return {
    name: toLocalizedDraft(name),
    match: definition.match,
    rules: definition.rules.map((rule) => ({ ...newRule(), ...fieldsOf(rule) })),
  };
}

function fieldsOf(rule: SegmentRule): Partial<DraftRule> {
  const { kind, withinDays } = rule;
  if (kind === "score") {
    return { kind, withinDays, survey: rule.survey, min: rule.min ?? null, max: rule.max ?? null };
  }
  if (kind === "was") return { ...rule, values: rule.values.join(", ") };
  const { event = "", where = [] } = rule;
  const conditions = Array.isArray(where)
    ? where
    : Object.entries(where).map(([property, value]): Condition => ({ property, operator: "=", value }));
  const edited = conditions.map(toDraftCondition);
  return {
    kind,
    withinDays,
    event,
    where: edited.flatMap((one) => one ?? []),
    others: conditions.filter((_, index) => edited[index] === undefined),
    ...(kind === "did" && { atLeast: rule.atLeast }),
  };
}

function toDraftCondition(one: Condition): DraftCondition | undefined {
  const operator = OPERATORS.find((known) => known === one.operator);
  if (operator === undefined || !("value" in one) || typeof one.value !== "string") return undefined;
  return { name: one.property, operator, value: one.value };
}

export function toDefinition({ match, rules }: Pick<Draft, "match" | "rules">): SegmentDefinition {
  return { match, rules: rules.map(toRule) };
}

function toRule(draft: DraftRule): SegmentRule {
  const { kind, withinDays, event, atLeast, survey, min, max, property, when } = draft;
  if (kind === "score") {
    return { kind, survey, withinDays, ...(isGiven(min) && { min }), ...(isGiven(max) && { max }) };
  }
  if (kind === "was") return { kind, property, values: valuesOf(draft), when, withinDays };
  const named = draft.where.filter(({ name }) => name.trim() !== "");
  const where = [
    ...named.map(({ name, ...of }): Condition => ({ property: name.trim(), ...of })),
    ...draft.others,
  ];
  const doing = {
    ...(event.trim() !== "" && { event: event.trim() }),
    ...(where.length > 0 && { where }),
    withinDays,
  };
  return kind === "did" ? { kind, atLeast, ...doing } : { kind, ...doing };
}

/** An emptied field of numbers is null, whatever its type says. */
const isGiven = (value: number | null | undefined): value is number => value !== null && value !== undefined;

const valuesOf = ({ values }: DraftRule) => [
  ...new Set(values.split(/[,，]/).flatMap((value) => value.trim() || [])),
];

/** Whether the rules say enough to be asked; the names may be missing. */
export function isAskable({ rules }: Pick<Draft, "rules">): boolean {
  return rules.length > 0 && rules.every(isWhole);
}

function isWhole(rule: DraftRule): boolean {
  if (!isWithin(rule.withinDays, 365)) return false;
  if (rule.kind === "was") return valuesOf(rule).length > 0;
  if (rule.kind === "score") {
    const { min, max } = rule;
    return isGiven(min) && isGiven(max) ? min <= max : isGiven(min) || isGiven(max);
  }
  return rule.kind === "didNot" || isWithin(rule.atLeast, 10_000);
}

const isWithin = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
