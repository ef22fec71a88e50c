import { resolveSlowly, storedId, type Sent } from "../slow-identities.fixture.ts";

/** An event as the index may count it. */
export interface Told extends Sent {
  id: string;
  name: string;
  flow: string;
  transaction: string;
  code: string;
  channel: string;
  os: string;
  vital: string;
  vitalId: string;
  value: string;
  rating: string;
  durationMs: string;
}

export interface Said {
  id: string;
  time: number;
  layer: string;
  session: string;
  channel: string;
  kind: string;
  score: number | null;
  comment: string;
  label: string;
  flow: string;
}

export interface SlowQuestion {
  from: number;
  to: number;
  timeZone: string;
  by: "day" | "week" | undefined;
  segment: "channel" | "os" | undefined;
}

interface Unit {
  part: string;
  time: number;
  key: string;
  segment: string;
  points: number;
}

const HOUR = 3_600_000;
const DAY = 86_400_000;
type Order = readonly (number | string)[];

/** By the first thing that differs. */
function isBefore(a: Order, b: Order): boolean {
  const at = a.findIndex((one, nth) => one !== b[nth]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

function lastOf<T>(items: readonly T[], order: (item: T) => Order): T {
  const [first] = items;
  if (first === undefined) throw new Error("nothing is last of nothing");
  return items.reduce((last, item) => (isBefore(order(last), order(item)) ? item : last), first);
}

/** Units by what they got, counted by the words of docs/experience.md: `part step key segment points` and how many. */
export function countSlowly(
  { events, voices }: { events: readonly Told[]; voices: readonly Said[] },
  question: SlowQuestion,
): Record<string, number> {
  const isIn = ({ time }: { time: number }) => time >= question.from && time < question.to;
  const held = events.filter(isIn).filter(({ id }, at, all) => all.findIndex((one) => one.id === id) === at);
  const said = voices.filter(isIn).filter(({ layer }) => layer === "customer");
  const segmentOf = (event: { channel: string; os: string }) =>
    question.segment === undefined ? "" : event[question.segment];
  const sessionSegment = (session: string): string => {
    const known = held.filter(
      (event) => event.session === session && session !== "" && segmentOf(event) !== "",
    );
    if (known.length === 0) return "";
    return segmentOf(lastOf(known, (event) => [Math.floor(event.time / HOUR), segmentOf(event)]));
  };
  const units = [
    ...attemptsOf(held, resolveSlowly(events), segmentOf),
    ...sessionsOf(held, sessionSegment),
    ...vitalsOf(held, segmentOf),
    ...screensOf(held, segmentOf),
    ...said.flatMap((voice) =>
      pointsOf(voice).map(([part, key, points]) => {
        const segment = question.segment === "channel" ? voice.channel : sessionSegment(voice.session);
        return { part, key, points, time: voice.time, segment };
      }),
    ),
  ];
  const counted: Record<string, number> = {};
  for (const { part, time, key, segment, points } of units) {
    const name = [part, stepSlowly(time, question), key, segment, points].join(" ");
    counted[name] = (counted[name] ?? 0) + 1;
  }
  return counted;
}

type SegmentOf = (event: Told) => string;

function attemptsOf(held: readonly Told[], whose: (id: string) => string, segmentOf: SegmentOf): Unit[] {
  const ends = held.filter(
    ({ name, flow, outcome }) =>
      name === "vox.transaction" && flow !== "" && ["succeeded", "failed", "abandoned"].includes(outcome),
  );
  const attempts = Map.groupBy(ends, (end) => {
    const own = end.transaction === "" ? ["event", end.id] : end.transaction;
    return JSON.stringify([end.flow, whose(storedId(end)), own]);
  });
  return [...attempts.values()].map((attempt) => {
    const last = lastOf(attempt, ({ time, id }) => [time, id]);
    const points = attempt.some(({ outcome }) => outcome === "succeeded") ? 100 : 0;
    return { part: "success", time: last.time, key: last.flow, segment: segmentOf(last), points };
  });
}

function sessionsOf(held: readonly Told[], segmentOf: (session: string) => string): Unit[] {
  const sessions = [...Map.groupBy(held, ({ session }) => session)].filter(([session]) => session !== "");
  return sessions.map(([session, own]) => ({
    part: "errorFree",
    time: Math.min(...own.map((event) => event.time)),
    key: "",
    segment: segmentOf(session),
    points: own.some(({ code }) => code !== "") ? 0 : 100,
  }));
}

const GOOD: Record<string, number> = { lcp: 2500, inp: 200, cls: 0.1 };

function vitalsOf(held: readonly Told[], segmentOf: SegmentOf): Unit[] {
  const vitals = held.filter(
    ({ name, vital, rating, value }) =>
      name === "browser.web_vital" && vital.toLowerCase() in GOOD && (rating !== "" || value !== ""),
  );
  const measures = Map.groupBy(vitals, ({ vital, vitalId, id }) =>
    JSON.stringify([vital.toLowerCase(), vitalId === "" ? ["event", id] : vitalId]),
  );
  return [...measures.values()].map((own) => {
    const last = lastOf(own, ({ time, id }) => [time, id]);
    const key = last.vital.toLowerCase();
    const isGood = last.rating === "" ? Number(last.value) <= (GOOD[key] ?? 0) : last.rating === "good";
    return { part: "speed", time: last.time, key, segment: segmentOf(last), points: isGood ? 100 : 0 };
  });
}

function screensOf(held: readonly Told[], segmentOf: SegmentOf): Unit[] {
  const screens = held.filter(({ name, durationMs }) => name === "vox.screen.viewed" && durationMs !== "");
  return screens.map((event) => ({
    part: "speed",
    time: event.time,
    key: "screen",
    segment: segmentOf(event),
    points: Number(event.durationMs) <= 2500 ? 100 : 0,
  }));
}

function pointsOf({
  kind,
  score,
  comment,
  label,
  flow,
}: Said): [part: string, key: string, points: number][] {
  const own: [string, string, number][] = [];
  if (kind === "nps" && score !== null && score >= 0 && score <= 10)
    own.push(["satisfaction", kind, score >= 9 ? 100 : score > 6 ? 50 : 0]);
  if (kind === "csat" && score !== null && score >= 1 && score <= 5)
    own.push(["satisfaction", kind, score >= 4 ? 100 : score > 2 ? 50 : 0]);
  if (comment !== "" && label !== "")
    own.push(["sentiment", flow, { negative: 0, neutral: 50, positive: 100 }[label] ?? NaN]);
  return own;
}

function stepSlowly(time: number, { timeZone, by }: SlowQuestion): string {
  if (by === undefined) return "";
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(time);
  const of = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  const day = Date.parse(`${of("year")}-${of("month")}-${of("day")}`);
  const sinceMonday = by === "week" ? (new Date(day).getUTCDay() + 6) % 7 : 0;
  return new Date(day - sinceMonday * DAY).toISOString().slice(0, 10);
}
