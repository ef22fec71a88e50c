import type { EventRow } from "@voxloop/warehouse";
import { countTrend } from "../stats/count-trend.ts";
import { previousRange, type Range } from "../http/range.ts";
import type { ErrorFilter } from "./filter.ts";
import type { RankedError, Ranking, RankQuestion } from "./query.ts";

/** An event as it happened, `time` in Unix milliseconds. */
export type TestEvent = Omit<EventRow, "time"> & { time: number };

let events = 0;

/** A transaction event of customer c1 in the flow transfer, with an id of its own, changed as given. */
export function anEvent(change: Partial<TestEvent>): TestEvent {
  events += 1;
  return { ...BLANK, event_id: `event-${events}`, ...change };
}

const BLANK: TestEvent = {
  project_id: "",
  event_name: "vox.transaction",
  time: 0,
  received_at: "2026-05-01T10:00:00.000Z",
  event_id: "",
  customer_id: "c1",
  user_id: "",
  installation_id: "",
  session_id: "s1",
  service_name: "bank",
  service_version: "",
  environment: "",
  channel: "",
  audience: "",
  os_name: "",
  region: "",
  page: "",
  flow: "transfer",
  transaction_id: "",
  step: "",
  outcome: "",
  error_code: "",
  error_type: "",
  error_message: "",
  error_stack: "",
  error_fingerprint: "",
  survey_id: "",
  survey_kind: "",
  score: null,
  comment: "",
  attributes: {},
  trace_id: "",
  span_id: "",
};

/** The Top-50 by the words of its definition and nothing else; ties are left in any order. */
export function rankSlowly(sent: TestEvent[], question: RankQuestion): Ranking {
  const { range, filter } = question;
  const all = [...new Map(sent.map((event) => [event.event_id, event])).values()];
  const errors = all.filter((event) => event.error_code !== "" || event.error_type !== "");
  const judged = errors
    .filter((event) => passes(event, filter))
    .map((event) => ({ event, blocked: isBlocked(event, all, question.recoveryWindowSeconds) }));
  const current = judged.filter(({ event }) => isWithin(event, range));
  const before = judged.filter(({ event }) => isWithin(event, previousRange(range)));
  const keys = [...new Set(current.map(({ event }) => keyOf(event)))];
  const totals = {
    blockedCustomers: customersOf(current.filter(({ blocked }) => blocked)),
    blockedTransactions: attemptsOf(current.filter(({ blocked }) => blocked)),
    customersWithErrors: customersOf(current),
    sessionsWithErrors: new Set(current.map(({ event }) => event.session_id).filter((id) => id !== "")).size,
    events: current.length,
    groups: keys.length,
  };
  const groups = keys.map((key) => {
    const of = <Item extends { event: TestEvent }>(list: Item[]) =>
      list.filter(({ event }) => keyOf(event) === key);
    const inLife = errors.filter((event) => keyOf(event) === key);
    return describe({
      current: of(current),
      before: of(before),
      inLife,
      range,
      allBlocked: totals.blockedCustomers,
    });
  });
  return { groups, totals };
}

interface Judged {
  event: TestEvent;
  blocked: boolean;
}

function describe(of: {
  current: Judged[];
  before: Judged[];
  inLife: TestEvent[];
  range: Range;
  allBlocked: number;
}): RankedError {
  const { current, before, range } = of;
  const seen = current.map(({ event }) => event).toSorted(byTimeThenId);
  const latest = seen.at(-1) ?? BLANK;
  const blocked = current.filter((item) => item.blocked);
  const firstSeen = Math.min(...of.inLife.map((event) => event.time));
  return {
    fingerprint: "",
    rank: 0,
    code: latest.error_code,
    type: latest.error_type === "" ? latest.event_name : latest.error_type,
    flow: seen.findLast((event) => event.flow !== "")?.flow ?? "",
    title: latest.error_code === "" ? latest.error_type : latest.error_code,
    page: latest.page,
    step: latest.step,
    customers: customersOf(current),
    blockedCustomers: customersOf(blocked),
    blockedTransactions: attemptsOf(blocked),
    events: current.length,
    blockedShare: of.allBlocked === 0 ? 0 : customersOf(blocked) / of.allBlocked,
    previousBlockedCustomers: customersOf(before.filter((item) => item.blocked)),
    previousCustomers: customersOf(before),
    firstSeen: new Date(firstSeen).toISOString(),
    lastSeen: new Date(latest.time).toISOString(),
    trend: seen.some((event) => event.flow !== "")
      ? countTrend(customersOf(blocked), customersOf(before.filter((item) => item.blocked)))
      : countTrend(customersOf(current), customersOf(before)),
    sparkline: sparklineOf(current, range),
    state: firstSeen >= range.from.getTime() ? "new" : "ongoing",
    releases: [...new Set(seen.map((event) => event.service_version))]
      .filter((name) => name !== "")
      .toSorted(),
  };
}

function sparklineOf(current: Judged[], { from, to }: Range): number[] {
  const sliceMs = (to.getTime() - from.getTime()) / 24;
  return Array.from({ length: 24 }, (_, slice) =>
    customersOf(current.filter(({ event }) => Math.floor((event.time - from.getTime()) / sliceMs) === slice)),
  );
}

function isBlocked(error: TestEvent, all: TestEvent[], recoveryWindowSeconds: number): boolean {
  if (error.flow === "" || error.customer_id === "") return false;
  return !all.some(
    (event) =>
      event.outcome === "succeeded" &&
      event.flow === error.flow &&
      event.customer_id === error.customer_id &&
      event.time > error.time &&
      event.time <= error.time + recoveryWindowSeconds * 1000,
  );
}

export function passes(event: TestEvent, { release, flow, region, page }: ErrorFilter): boolean {
  return (
    (release?.includes(event.service_version) ?? true) &&
    (flow?.includes(event.flow) ?? true) &&
    (region?.includes(event.region) ?? true) &&
    (page?.includes(event.page) ?? true)
  );
}

export function isWithin(event: TestEvent, range: Range): boolean {
  return event.time >= range.from.getTime() && event.time < range.to.getTime();
}

/** What the fingerprint stands for: the code within its flow, else the type. */
function keyOf(event: TestEvent): string {
  return event.error_code === "" ? `type ${event.error_type}` : `code ${event.flow} ${event.error_code}`;
}

function customersOf(list: { event: TestEvent }[]): number {
  return new Set(list.map(({ event }) => event.customer_id).filter((id) => id !== "")).size;
}

function attemptsOf(list: { event: TestEvent }[]): number {
  const attempts = list.map(({ event }) =>
    JSON.stringify([event.flow, event.customer_id, event.transaction_id || ["event", event.event_id]]),
  );
  return new Set(attempts).size;
}

function byTimeThenId(a: TestEvent, b: TestEvent): number {
  return a.time - b.time || (a.event_id < b.event_id ? -1 : 1);
}
