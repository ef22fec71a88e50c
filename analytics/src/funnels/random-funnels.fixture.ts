import * as fc from "fast-check";
import type { Exclusion, FunnelQuery, FunnelStep } from "./funnel.ts";
import type { TestEvent } from "./slow-funnel.fixture.ts";

export const NOON = Date.UTC(2026, 4, 1, 12);

const STEPS: FunnelStep[] = [
  { event: "a" },
  { event: "b" },
  { event: "c" },
  { event: "a", where: { "vox.flow": "transfer" } },
  { event: "b", where: { plan: "gold" } },
  { event: "b", where: [{ property: "plan", operator: "unset" }] },
  {
    event: "c",
    where: [
      { property: "vox.flow", operator: "!=", value: "transfer" },
      { property: "plan", operator: "in", value: ["gold", ""] },
    ],
  },
];
const someStep = fc.constantFrom(...STEPS);

const oneEvent = fc.record({
  name: fc.constantFrom("a", "a", "b", "b", "c", "c", "x"),
  // Few moments, so that ties, window edges and range edges are common.
  moment: fc.integer({ min: -2, max: 8 }),
  ms: fc.constantFrom(0, 0, 0, 1),
  received: fc.integer({ min: 0, max: 2 }),
  signedIn: fc.boolean(),
  device: fc.constantFrom("phone", "phone", "tablet"),
  session: fc.constantFrom("", "s1", "s1", "s2"),
  flow: fc.constantFrom("", "transfer"),
  attributes: fc.constantFrom<Record<string, string>>(
    {},
    { plan: "gold" },
    { order: "o1" },
    { order: "o1", plan: "gold" },
    { order: "o2" },
  ),
  /** Whether it is sent once more, and when that arrives. */
  again: fc.constantFrom(undefined, undefined, undefined, 0, 2),
});

/** Events of many people, of whom some are on two devices before and after they sign in, and some never do. */
export const randomPeople = (count: number) =>
  fc
    .array(fc.tuple(fc.boolean(), fc.array(oneEvent, { minLength: 3, maxLength: 9, size: "max" })), {
      minLength: count,
      maxLength: count,
    })
    .map((people) =>
      people.flatMap(([isUser, events], person) => toEvents(events, isUser ? `u${person}` : "", person)),
    );

type OneEvent = typeof oneEvent extends fc.Arbitrary<infer Event> ? Event : never;

function toEvents(events: OneEvent[], user: string, person: number): TestEvent[] {
  return events.flatMap(({ name, moment, ms, received, signedIn, device, session, again, ...rest }, at) => {
    const user_id = signedIn ? user : "";
    const installation_id = `${device}${person}`;
    const event: TestEvent = {
      ...rest,
      customer_id: user_id || installation_id,
      user_id,
      installation_id,
      session_id: session === "" ? "" : `${session} of ${person}`,
      event_name: name,
      time: NOON + moment * 1000 + ms,
      received: NOON + 3_600_000 + received,
      event_id: `${person * 10 + at}`,
      channel: "",
      error_code: "",
    };
    return again === undefined ? [event] : [event, { ...event, received: NOON + 3_600_000 + again }];
  });
}

const base = {
  windowSeconds: fc.integer({ min: 1, max: 6 }),
  unit: fc.constantFrom<FunnelQuery["unit"]>("customer", "customer", "session"),
  from: fc.constant(new Date(NOON).toISOString()),
  to: fc.integer({ min: 1, max: 8 }).map((seconds) => new Date(NOON + seconds * 1000).toISOString()),
};
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

export const plainFunnels = fc.record({
  ...base,
  steps: fc.array(someStep, { minLength: 2, maxLength: 4 }),
  order: fc.constant<FunnelQuery["order"]>("ordered"),
});

export const anyOrderFunnels = fc.record({
  ...base,
  steps: fc.array(someStep, { minLength: 2, maxLength: 4 }),
  order: fc.constant<FunnelQuery["order"]>("any"),
  hold: maybe(fc.constantFrom("order", "vox.flow")),
});

const exclusions = fc.array(
  fc.tuple(fc.constantFrom("x", "x", "b", "a"), fc.boolean(), fc.nat(2), fc.nat(2)),
  {
    minLength: 1,
    maxLength: 2,
  },
);

/** Whatever else a funnel of a given order can ask for. */
export const walkedFunnels = fc
  .record({
    ...base,
    order: fc.constantFrom<FunnelQuery["order"]>("ordered", "ordered", "strict"),
    steps: fc.array(
      fc.tuple(someStep, fc.constantFrom(false, false, true), maybe(fc.integer({ min: 1, max: 4 }))),
      { minLength: 2, maxLength: 4 },
    ),
    exclude: maybe(exclusions),
    hold: maybe(fc.constantFrom("order", "order", "vox.flow")),
    firstEver: maybe(fc.boolean()),
  })
  .map(({ steps, exclude, hold, firstEver, ...query }): FunnelQuery => {
    const last = steps.length - 1;
    return {
      ...query,
      steps: steps.map(([step, optional, withinSeconds], at) => ({
        ...step,
        ...(optional && at > 0 && at < last && { optional }),
        ...(withinSeconds !== undefined && { withinSeconds }),
      })),
      ...(exclude !== undefined && { exclude: exclude.map((one) => toExclusion(one, steps.length)) }),
      ...(hold !== undefined && { hold }),
      ...(firstEver === true && { firstEver }),
    };
  });

function toExclusion(
  [event, isGold, from, length]: [string, boolean, number, number],
  steps: number,
): Exclusion {
  const fromStep = Math.min(1 + from, steps - 1);
  const where = isGold ? { where: { plan: "gold" } } : {};
  return { event, ...where, fromStep, toStep: Math.min(fromStep + 1 + length, steps) };
}
