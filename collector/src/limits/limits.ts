import { BoundedMap } from "../bounded-map.ts";
import type { WriteKeyGrant } from "../keys/grant.ts";
import { BURST_SECONDS, TokenBucket } from "./bucket.ts";
import { DailyCounts, type DailyCountsState, untilNextDay } from "./daily-counts.ts";
import { type Policy, rateLimitHeaders } from "./headers.ts";

/** A limit allows no more events now. */
export class LimitExceeded extends Error {
  readonly reason: "rate_limited" | "quota_exceeded";
  readonly retryAfterSeconds: number;
  readonly headers: Record<string, string>;

  constructor(policies: readonly Policy[], exceeded: readonly Policy[]) {
    super(`over the limit of ${exceeded.map(describe).join(" and ")}; try again later`);
    this.reason = exceeded.some(({ isDaily }) => isDaily) ? "quota_exceeded" : "rate_limited";
    this.retryAfterSeconds = Math.max(...exceeded.map(({ resetSeconds }) => resetSeconds));
    this.headers = rateLimitHeaders(policies);
  }
}

const describe = ({ subject, isDaily, limit }: Policy) =>
  `${limit} events a ${isDaily ? "day" : "second"} of the ${subject === "key" ? "write key" : "project"}`;

// A key and its project for each key that the cache of keys may hold.
const METERS_MAX = 20_000;

/** One limit that a grant is under. */
interface Meter {
  subject: "key" | "project";
  isDaily: boolean;
  limit: number;
  id: string;
}

/** Counts events against the limits of write keys and projects, in this process. */
export class Limits {
  readonly #now: () => Date;
  readonly #onChange: () => void;
  readonly #buckets = new BoundedMap<TokenBucket>(METERS_MAX);
  readonly #days: DailyCounts;

  /** `onChange` is told when the counts of the day have changed; `state` is what they were before a restart. */
  constructor(of: { now: () => Date; onChange: () => void; state?: DailyCountsState | undefined }) {
    this.#now = of.now;
    this.#onChange = of.onChange;
    this.#days = new DailyCounts(METERS_MAX, of.state);
  }

  /** Throws LimitExceeded when so many events may not come now. Takes nothing. */
  check(grant: WriteKeyGrant, events: number): void {
    const now = this.#now().getTime();
    const policies = metersOf(grant).map((meter) => ({ meter, wait: this.#wait(meter, events, now) }));
    if (policies.every(({ wait }) => wait === 0)) return;
    const shown = policies.map(({ meter, wait }) => this.#policy(meter, { now, wait }));
    throw new LimitExceeded(
      shown,
      shown.filter((_, index) => policies[index]?.wait !== 0),
    );
  }

  /** Takes events from every limit, or from none and throws LimitExceeded. */
  take(grant: WriteKeyGrant, events: number): void {
    this.check(grant, events);
    this.#add(grant, events);
  }

  /** Undoes a `take` whose events were not kept. */
  giveBack(grant: WriteKeyGrant, events: number): void {
    this.#add(grant, -events);
  }

  /** The RateLimit header fields that tell a sender where it stands; none without a limit. */
  headers(grant: WriteKeyGrant): Record<string, string> {
    const now = this.#now().getTime();
    return rateLimitHeaders(metersOf(grant).map((meter) => this.#policy(meter, { now, wait: 0 })));
  }

  get state(): DailyCountsState {
    return this.#days.state;
  }

  #wait(meter: Meter, events: number, now: number): number {
    if (!meter.isDaily) return this.#bucket(meter).wait(events, meter.limit, now);
    return this.#days.used(meter.id, now) + events <= meter.limit ? 0 : untilNextDay(now);
  }

  #add(grant: WriteKeyGrant, events: number): void {
    const now = this.#now().getTime();
    for (const meter of metersOf(grant)) {
      if (meter.isDaily) {
        this.#days.add(meter.id, events, now);
        this.#onChange();
      } else this.#bucket(meter).take(events, meter.limit, now);
    }
  }

  #bucket({ id }: Meter): TokenBucket {
    const bucket = this.#buckets.get(id) ?? new TokenBucket();
    this.#buckets.set(id, bucket);
    return bucket;
  }

  #policy(meter: Meter, { now, wait }: { now: number; wait: number }): Policy {
    const { subject, isDaily, limit, id } = meter;
    const remaining = isDaily
      ? Math.max(0, limit - this.#days.used(id, now))
      : this.#bucket(meter).remaining(limit, now);
    const full = isDaily ? untilNextDay(now) : this.#bucket(meter).wait(limit * BURST_SECONDS, limit, now);
    return { subject, isDaily, limit, remaining, resetSeconds: Math.ceil((wait === 0 ? full : wait) / 1000) };
  }
}

function metersOf({ keyId, projectId, limits }: WriteKeyGrant): Meter[] {
  const meters: Meter[] = [];
  const add = (meter: Omit<Meter, "limit">, limit: number | null) =>
    limit !== null && meters.push({ ...meter, limit });
  const key = { subject: "key", id: `key:${keyId}` } as const;
  const project = { subject: "project", id: `project:${projectId}` } as const;
  add({ ...key, isDaily: false }, limits.key.eventsPerSecond);
  add({ ...project, isDaily: false }, limits.project.eventsPerSecond);
  add({ ...key, isDaily: true }, limits.key.eventsPerDay);
  add({ ...project, isDaily: true }, limits.project.eventsPerDay);
  return meters;
}
