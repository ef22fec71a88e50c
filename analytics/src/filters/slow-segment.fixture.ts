import { resolveSlowly, storedId, type Sent } from "../slow-identities.fixture.ts";
import type { Condition } from "./event-filter.ts";
import type { SegmentDefinition, SegmentRule } from "./segment.ts";

/** Something a customer did, and where. */
export interface Deed extends Sent {
  event_id: string;
  event_name: string;
  plan: string;
  channel: string;
}

/** Something a customer said, under the id it was said with. */
export interface Said {
  id: string;
  voice_id: string;
  /** Unix milliseconds. */
  time: number;
  survey: string;
  score: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface History {
  deeds: readonly Deed[];
  answers: readonly Said[];
}

/** Who is in a segment at a time, by the words of docs/segments.md and nothing else; deeds and answers are of whole histories. */
export function segmentSlowly(
  { deeds, answers }: History,
  { match, rules }: SegmentDefinition,
  to: number,
): Set<string> {
  const customerOf = resolveSlowly(deeds);
  const longest = Math.max(...rules.map((rule) => rule.withinDays));
  const active = new Set(deeds.filter(isIn(longest, to)).map((deed) => customerOf(storedId(deed))));
  const all = new Set([...active, ...answers.map(({ id }) => customerOf(id))]);
  all.delete("");
  return new Set(
    [...all].filter((customer) => {
      const own: History = {
        deeds: deeds.filter((deed) => customerOf(storedId(deed)) === customer),
        answers: answers.filter(({ id }) => customerOf(id) === customer),
      };
      const holds = (rule: SegmentRule) => holdsFor(own, rule, to);
      const isSeen = active.has(customer) || rules.some((rule) => rule.kind !== "didNot" && holds(rule));
      return isSeen && (match === "all" ? rules.every(holds) : rules.some(holds));
    }),
  );
}

const isIn =
  (days: number, to: number) =>
  ({ time }: { time: number }) =>
    time >= to - days * DAY_MS && time < to;

/** Whether a rule holds for whom the history is of. */
function holdsFor({ deeds, answers }: History, rule: SegmentRule, to: number): boolean {
  const done = deeds.filter(isIn(rule.withinDays, to));
  if (rule.kind === "score") {
    const said = answers.filter(isIn(rule.withinDays, to)).filter(({ survey }) => survey === rule.survey);
    const last = said.toSorted((a, b) => a.time - b.time || (a.voice_id < b.voice_id ? -1 : 1)).at(-1)?.score;
    return last !== undefined && last >= (rule.min ?? -Infinity) && last <= (rule.max ?? Infinity);
  }
  if (rule.kind === "was") {
    const known = done.filter(({ channel }) => channel !== "");
    const hourOf = ({ time }: Deed) => Math.floor(time / HOUR_MS);
    const latest = Math.max(...known.map(hourOf));
    const asked = rule.when === "any" ? known : known.filter((deed) => hourOf(deed) === latest);
    return asked.some(({ channel }) => rule.values.includes(channel));
  }
  const matching = new Set(done.filter(isMatch(rule)).map(({ event_id }) => event_id));
  return rule.kind === "did" ? matching.size >= rule.atLeast : matching.size === 0;
}

const isMatch =
  ({ event, where }: Extract<SegmentRule, { kind: "did" | "didNot" }>) =>
  (deed: Deed) =>
    (event === undefined || deed.event_name === event) &&
    ((where ?? []) as Condition[]).every(
      (one) =>
        (one.operator === "=" && deed.plan === one.value) ||
        (one.operator === "!=" && deed.plan !== one.value),
    );
