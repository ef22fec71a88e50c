import { resolveSlowly, storedId, type Sent } from "../slow-identities.fixture.ts";
import type { Range } from "../http/range.ts";

export interface ReleaseEvent extends Sent {
  version: string;
  environment: string;
}

interface Counts {
  version: string;
  customers: number;
  sessions: number;
  errorCustomers: number;
  errorSessions: number;
}

/** What each release counts, by the words of docs/releases.md and nothing else. */
export function countSlowly(events: readonly ReleaseEvent[], range: Range, environment: string): Counts[] {
  const rows = resolved(events, range, environment);
  return [...new Set(rows.map(({ version }) => version))].toSorted().map((version) => {
    const own = rows.filter((row) => row.version === version);
    const failed = own.filter(({ outcome }) => outcome === "failed");
    return {
      version,
      customers: distinct(own.map(({ customer }) => customer)),
      sessions: distinct(own.map(({ session }) => session)),
      errorCustomers: distinct(failed.map(({ customer }) => customer)),
      errorSessions: distinct(failed.map(({ session }) => session)),
    };
  });
}

/** Customers whom an error on the release stopped: no success of theirs made up for it, on whatever release. */
export function blockSlowly(
  events: readonly ReleaseEvent[],
  of: { range: Range; environment: string; recoveryMs: number },
): Record<string, number> {
  const always = { from: new Date(0), to: new Date(8.64e15) };
  const successes = resolved(events, always, "").filter(
    ({ outcome, previous }) => outcome === "succeeded" && previous === "",
  );
  const stopped = resolved(events, of.range, of.environment).filter(
    (error) =>
      error.outcome === "failed" &&
      successes.every(
        ({ customer, time }) =>
          customer !== error.customer || time <= error.time || time > error.time + of.recoveryMs,
      ),
  );
  const versions = [...new Set(stopped.map(({ version }) => version))];
  return Object.fromEntries(
    versions.map((version) => [
      version,
      distinct(stopped.filter((error) => error.version === version).map(({ customer }) => customer)),
    ]),
  );
}

/** Customers of each step by the newest of the versions, oldest first, that they used in it; "" for those who used none. */
export function adoptSlowly(
  events: readonly ReleaseEvent[],
  of: { range: Range; environment: string; stepMs: number; versions: readonly string[] },
): Record<string, Record<string, number>> {
  const newest = new Map<string, { step: number; rank: number }>();
  for (const { time, customer, version } of resolved(events, of.range, of.environment)) {
    const step = Math.floor(time / of.stepMs);
    const key = JSON.stringify([step, customer]);
    const rank = Math.max(newest.get(key)?.rank ?? -1, of.versions.indexOf(version));
    newest.set(key, { step, rank });
  }
  const curve: Record<string, Record<string, number>> = {};
  for (const { step, rank } of newest.values()) {
    const at = new Date(Math.max(of.range.from.getTime(), step * of.stepMs)).toISOString();
    const line = (curve[at] ??= {});
    const version = of.versions[rank] ?? "";
    line[version] = (line[version] ?? 0) + 1;
  }
  return curve;
}

function resolved(events: readonly ReleaseEvent[], { from, to }: Range, environment: string) {
  const whose = resolveSlowly(events);
  return events
    .filter(({ time }) => time >= from.getTime() && time < to.getTime())
    .filter((event) => storedId(event) !== "" && (environment === "" || event.environment === environment))
    .map((event) => ({ ...event, customer: whose(storedId(event)) }));
}

const distinct = (names: readonly string[]): number => new Set(names.filter((name) => name !== "")).size;
