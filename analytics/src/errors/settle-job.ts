import { randomInt } from "node:crypto";
import { schema } from "@voxloop/ledger";
import { linksOf, settledOf, settleHours, type Settled, type Warehouse } from "@voxloop/warehouse";
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { Job } from "../scheduler/job.ts";

const ID = "settle-errors";
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** After the last recovery window of an hour, for what is still on its way. */
const LATE_MS = 2 * 60_000;
/** As far back as the longest range of the dashboard with the period before it. */
const KEPT_MS = 62 * DAY_MS;
/** Inserts that run at the same time are seen in no order, and servers' clocks differ. */
const OVERLAP_MS = 5 * 60_000;
/** What comes late to hours long past is gathered: devices that were away come one by one. */
const GATHER_MS = 5 * 60_000;
/** In this time a new project's history is read in, or a demo's. */
const FILLING_MS = 10 * 60_000;

/**
 * Judges the errors of every hour once, so that a report reads them instead: hours whose recovery windows are over, from
 * the newest back, and again those of which something came late or, a day later, a sign-in told whose they were. Safe to
 * run twice and in two processes, because the last judgement of an hour counts.
 */
export const settleErrorsJob: Job = {
  id: ID,
  everyMs: 60_000,
  async run(deps) {
    const projects = await deps.ledger.db.select().from(schema.projects);
    for (const { id, recoveryWindowSeconds } of projects)
      await settleProject(deps, { projectId: id, recoveryWindowSeconds });
  },
};

interface Project {
  projectId: string;
  recoveryWindowSeconds: number;
}

async function settleProject(deps: Deps, project: Project): Promise<void> {
  const now = deps.now().getTime();
  const oldest = await oldestHour(deps.warehouse, project.projectId, now);
  if (oldest === undefined || (await isJustFilled(deps.warehouse, project.projectId, now))) return;
  const end = hourOf(now - project.recoveryWindowSeconds * 1000 - LATE_MS);
  const settled = await settledOf(deps.warehouse, project);
  const state = await readState(deps, project.projectId);
  const late = await lateHours(deps, project, { state, settled, now });
  for (const range of [...late.ranges, ...nextRanges(settled, { oldest, end })])
    await settle(deps, project, range);
  const cleaned = await clean(deps, project.projectId, { now, cleaned: state?.cleaned ?? now });
  await saveState(deps, project.projectId, { ...late.state, cleaned });
}

/** Once a day deletes what later settlings have replaced, but for the last hour's, which a report may be reading. */
async function clean(
  { warehouse }: Deps,
  project: string,
  { now, cleaned }: { now: number; cleaned: number },
): Promise<number> {
  if (now - cleaned < DAY_MS) return cleaned;
  await warehouse.deleteRows(
    "settled_errors_v1",
    `project_id = {project: String} AND settling < {before: UInt64}
      AND settling NOT IN (SELECT max(settling) FROM settled_hours_v1 WHERE project_id = {project: String} GROUP BY hour)`,
    { project, before: (now - HOUR_MS) * 1000 },
  );
  return now;
}

/** What comes next: the hours that ended since, again those of a day before them, and a day further back. */
function nextRanges(settled: Settled | undefined, { oldest, end }: { oldest: number; end: number }) {
  if (end <= oldest) return [];
  const from = settled?.from.getTime() ?? end;
  const to = settled?.to.getTime() ?? end;
  const again = { from: Math.max(from, to - DAY_MS), to: Math.min(to, end - DAY_MS) };
  const back = { from: Math.max(oldest, from - DAY_MS), to: from };
  return [...daysOf({ from: to, to: end }), again, back].filter((range) => range.from < range.to);
}

function daysOf({ from, to }: { from: number; to: number }) {
  const days = [];
  for (let at = from; at < to; at += DAY_MS) days.push({ from: at, to: Math.min(to, at + DAY_MS) });
  return days;
}

async function settle(
  { warehouse, now }: Deps,
  project: Project,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const links = await linksOf(warehouse, project.projectId);
  const range = { from: new Date(from), to: new Date(to) };
  await settleHours(warehouse, { ...project, ...range, links, settling: settlingAt(now()) });
}

/** Later ones are higher; 24 numbers each, and two processes at the same millisecond seldom the same. */
const settlingAt = (now: Date) => now.getTime() * 1000 + 24 * randomInt(41);

const hourOf = (time: number) => Math.floor(time / HOUR_MS) * HOUR_MS;

/** Whether a project's first events came moments ago: its history may be coming still, and would all be late. */
async function isJustFilled(warehouse: Warehouse, project: string, now: number): Promise<boolean> {
  const sql = `
  SELECT toUnixTimestamp64Milli(min(stored_at)) AS first, count() AS inserts FROM touched_hours_v1
  WHERE project_id = {project: String}`;
  const row = z.object({ first: z.number(), inserts: z.number() });
  const [found] = await warehouse.query({ name: "first-touched", sql, params: { project }, row });
  return found !== undefined && found.inserts > 0 && now - found.first < FILLING_MS;
}

async function oldestHour(warehouse: Warehouse, project: string, now: number): Promise<number | undefined> {
  const sql = `SELECT toUnixTimestamp64Milli(min(first_seen)) AS first, count() AS groups FROM error_releases_v1 WHERE project_id = {project: String}`;
  const row = z.object({ first: z.number(), groups: z.number() });
  const [found] = await warehouse.query({ name: "oldest-error", sql, params: { project }, row });
  return found === undefined || found.groups === 0 ? undefined : hourOf(Math.max(found.first, now - KEPT_MS));
}

const jobState = z.object({
  /** Unix milliseconds: what was stored up to here has been looked at, and of hours long past up to there. */
  seen: z.number(),
  seenOld: z.number(),
  /** When what was replaced was last deleted. */
  cleaned: z.number(),
});
type State = z.infer<typeof jobState>;

/** Settled hours of which something was stored since, joined to ranges; a success reaches back by the recovery window. */
async function lateHours(
  { warehouse }: Deps,
  project: Project,
  { state, settled, now }: { state: State | undefined; settled: Settled | undefined; now: number },
): Promise<{ ranges: { from: number; to: number }[]; state: Omit<State, "cleaned"> }> {
  const seenOld = state?.seenOld ?? now;
  const isOldDue = now - seenOld >= GATHER_MS;
  const next = { seen: now, seenOld: isOldDue || state === undefined ? now : seenOld };
  if (state === undefined || settled === undefined) return { ranges: [], state: next };
  const recent = hourOf(now - 3 * HOUR_MS);
  const touched = await touchedHours(
    warehouse,
    project.projectId,
    (isOldDue ? seenOld : state.seen) - OVERLAP_MS,
  );
  const reach = Math.ceil(project.recoveryWindowSeconds / 3600);
  const hours = new Set<number>();
  for (const hour of touched) for (let back = 0; back <= reach; back += 1) hours.add(hour - back * HOUR_MS);
  const wanted = [...hours]
    .filter((hour) => hour >= settled.from.getTime() && hour < settled.to.getTime())
    .filter((hour) => isOldDue || hour >= recent)
    .toSorted((a, b) => a - b);
  return { ranges: joined(wanted), state: next };
}

function joined(hours: readonly number[]): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (const hour of hours) {
    const last = ranges.at(-1);
    if (last?.to === hour && hour - last.from < DAY_MS) last.to += HOUR_MS;
    else ranges.push({ from: hour, to: hour + HOUR_MS });
  }
  return ranges;
}

async function touchedHours(warehouse: Warehouse, project: string, since: number): Promise<number[]> {
  const sql = `
  SELECT DISTINCT toUnixTimestamp(hour) AS hour FROM touched_hours_v1
  WHERE stored_at >= {since: DateTime64(3, 'UTC')} AND project_id = {project: String}`;
  const params = { project, since: new Date(since) };
  const rows = await warehouse.query({
    name: "touched-hours",
    sql,
    params,
    row: z.object({ hour: z.number() }),
  });
  return rows.map(({ hour }) => hour * 1000);
}

const keyOf = (projectId: string) => `${ID}:${projectId}`;

async function readState({ ledger }: Deps, projectId: string): Promise<State | undefined> {
  const { jobStates } = schema;
  const [row] = await ledger.db
    .select()
    .from(jobStates)
    .where(eq(jobStates.key, keyOf(projectId)));
  return row && jobState.parse(row.value);
}

async function saveState({ ledger, now }: Deps, projectId: string, value: State): Promise<void> {
  const set = { value, updatedAt: now() };
  await ledger.db
    .insert(schema.jobStates)
    .values({ key: keyOf(projectId), ...set })
    .onConflictDoUpdate({ target: schema.jobStates.key, set });
}
