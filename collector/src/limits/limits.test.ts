import fc from "fast-check";
import { expect, test } from "vitest";
import type { WriteKeyGrant } from "../keys/grant.ts";
import { BURST_SECONDS, TokenBucket } from "./bucket.ts";
import { LimitExceeded, Limits } from "./limits.ts";

const START = Date.parse("2026-05-01T23:59:30Z");
const DAY_MS = 86_400_000;

function grantOf(keyId: string, limits: Partial<WriteKeyGrant["limits"]>): WriteKeyGrant {
  const none = { eventsPerSecond: null, eventsPerDay: null };
  return {
    keyId,
    projectId: "p1",
    allowedOrigins: [],
    environments: [],
    limits: { key: none, project: none, ...limits },
    expiresAt: null,
  };
}

function refusalOf(act: () => void): LimitExceeded | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof LimitExceeded) return error;
    throw error;
  }
}

test("a bucket decides as one that is filled every millisecond, and says to the millisecond when to come back", () => {
  const steps = fc.array(fc.tuple(fc.nat(3_000), fc.integer({ min: 1, max: 400 })), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), steps, (rate, calls) => {
      const bucket = new TokenBucket();
      const full = rate * BURST_SECONDS * 1000;
      let level = full;
      let now = START;
      for (const [pause, events] of calls) {
        now += pause;
        for (let ms = 0; ms < pause; ms += 1) level = Math.min(full, level + rate);
        const needed = Math.min(events * 1000, full);
        let wait = 0;
        while (level + wait * rate < needed) wait += 1;
        expect(bucket.wait(events, rate, now)).toBe(wait);
        expect(bucket.remaining(rate, now)).toBe(Math.max(0, Math.floor(level / 1000)));
        if (wait > 0) continue;
        bucket.take(events, rate, now);
        level -= events * 1000;
      }
    }),
    { numRuns: 50 },
  );
});

interface Arrival {
  key: string;
  at: number;
  events: number;
}

/** Whether events may come, from the whole history: never more than the burst and the rate since any moment, nor than the day's. */
function mayCome(history: readonly Arrival[], next: Arrival, limits: { perSecond: number; perDay: number }) {
  const { perSecond, perDay } = limits;
  const sum = (of: readonly Arrival[]) => of.reduce((total, { events }) => total + events, next.events);
  const isWithinRate = history.every(({ at }, index) => {
    const allowed = perSecond * (BURST_SECONDS + (next.at - at) / 1000);
    return sum(history.slice(index)) <= allowed;
  });
  const today = history.filter(({ at }) => Math.floor(at / DAY_MS) === Math.floor(next.at / DAY_MS));
  return isWithinRate && sum(today) <= perDay;
}

test("events come in while both the key's and its project's whole history allow them, over midnight too", () => {
  const key = { perSecond: 3, perDay: 60 };
  const project = { perSecond: 5, perDay: 90 };
  const limitsOf = ({ perSecond, perDay }: typeof key) => ({
    eventsPerSecond: perSecond,
    eventsPerDay: perDay,
  });
  const arrivals = fc.array(
    fc.record({
      key: fc.constantFrom("a", "b"),
      pause: fc.nat(4_000),
      events: fc.integer({ min: 1, max: 30 }),
    }),
    { minLength: 10, maxLength: 40 },
  );
  fc.assert(
    fc.property(arrivals, (calls) => {
      let now = START;
      const limits = new Limits({ now: () => new Date(now), onChange: () => undefined });
      const accepted: Arrival[] = [];
      for (const call of calls) {
        now += call.pause;
        const next = { ...call, at: now };
        const ofKey = accepted.filter((arrival) => arrival.key === call.key);
        const expected = mayCome(ofKey, next, key) && mayCome(accepted, next, project);
        const grant = grantOf(call.key, { key: limitsOf(key), project: limitsOf(project) });
        expect(refusalOf(() => limits.take(grant, call.events)) === undefined).toBe(expected);
        if (expected) accepted.push(next);
      }
    }),
    { numRuns: 200 },
  );
});

test("the header fields tell the burst, what is left and when; a refusal says when the same events may come", () => {
  let now = START;
  const limits = new Limits({ now: () => new Date(now), onChange: () => undefined });
  const grant = grantOf("a", {
    key: { eventsPerSecond: 2, eventsPerDay: 30 },
    project: { eventsPerSecond: null, eventsPerDay: 1_000 },
  });
  limits.take(grant, 15);
  const policy =
    '"key";q=20;w=10;qu="events", "key-day";q=30;w=86400;qu="events", "project-day";q=1000;w=86400;qu="events"';
  expect(limits.headers(grant)).toEqual({
    "RateLimit-Policy": policy,
    RateLimit: '"key";r=5;t=8, "key-day";r=15;t=30, "project-day";r=985;t=30',
  });
  const tooFast = refusalOf(() => limits.take(grant, 8));
  expect(tooFast).toMatchObject({
    reason: "rate_limited",
    message: "over the limit of 2 events a second of the write key; try again later",
    retryAfterSeconds: 2,
    headers: { "RateLimit-Policy": policy, RateLimit: expect.stringMatching(/^"key";r=5;t=2, /) },
  });
  now += 2_000;
  limits.take(grant, 8);
  now += 10_000;
  const tooMany = refusalOf(() => limits.take(grant, 8));
  expect(tooMany).toMatchObject({ reason: "quota_exceeded", retryAfterSeconds: 18 });
  limits.giveBack(grant, 1);
  limits.take(grant, 8);
});

const limited = (eventsPerSecond: number | null) =>
  grantOf("a", { key: { eventsPerSecond, eventsPerDay: null } });

test("more events at once than a bucket holds come when it is full and are owed; a changed limit holds at once", () => {
  let now = START;
  const limits = new Limits({ now: () => new Date(now), onChange: () => undefined });
  limits.take(limited(1), 50);
  expect(refusalOf(() => limits.take(limited(1), 1))?.retryAfterSeconds).toBe(41);
  expect(refusalOf(() => limits.take(limited(100), 1))?.retryAfterSeconds).toBe(1);
  expect(limits.headers(limited(null))).toEqual({});
  now += 41_000;
  limits.take(limited(1), 1);
});
