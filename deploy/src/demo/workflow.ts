import { jobs, type Deps, type Scheduler } from "@voxloop/analytics";
import { type ApiClient, openApiClient } from "./api-client.ts";
import { type Calendar, DAY_MS, HOUR_MS } from "./calendar.ts";
import { act, planStaff } from "./staff.ts";
import { DEMO, RELEASE } from "./truths.ts";

export interface WorkflowOptions {
  projectId: string;
  calendar: Calendar;
  /** Up to when all events are there. */
  horizon: number;
  signal?: AbortSignal | undefined;
}

const STEP_MS = 12 * HOUR_MS;
/** Early looks at a release come faster, as a team would watch it. */
const EARLY_LOOKS_MS = [3, 6, 9].map((hours) => hours * HOUR_MS);

/**
 * Lives through the fortnight once its events are stored: every twelve simulated hours, and more often just after a release, the real jobs look, and in between
 * the staff act through the real API. Done after all events are there, because the worker beside it works at the real
 * time and must not judge a fix by half of its traffic.
 */
export async function playWorkflow(deps: Deps, options: WorkflowOptions): Promise<void> {
  const { projectId, calendar, horizon, signal } = options;
  const clock = { now: new Date(calendar.start) };
  const simulated: Deps = { ...deps, now: () => clock.now, scheduler: SILENT };
  await runJob(simulated, "score-voices");
  const api = await openApiClient(simulated, { projectId, name: "demo-staff" });
  try {
    await declareReleases(api, calendar);
    for (const { at, run } of agendaOf(calendar, horizon)) {
      signal?.throwIfAborted();
      clock.now = new Date(at);
      await run(simulated, api);
    }
  } finally {
    await api.close();
  }
}

/** Scores the voices and opens the issues that are there at a time. */
export async function runDetection(deps: Deps, at: Date): Promise<void> {
  const simulated: Deps = { ...deps, now: () => at, scheduler: SILENT };
  await runJob(simulated, "score-voices");
  await runJob(simulated, "open-error-issues");
}

interface Appointment {
  at: number;
  run: (deps: Deps, api: ApiClient) => Promise<void>;
}

function agendaOf(calendar: Calendar, horizon: number): Appointment[] {
  const staff = planStaff(calendar).map((action) => ({
    at: action.at,
    run: (_: Deps, api: ApiClient) => act(api, action),
  }));
  const early = EARLY_LOOKS_MS.map((after) => calendar.fixReleasedAt + after);
  const looks = [...early, ...timesBetween(calendar.fixReleasedAt + STEP_MS, horizon)].map((at) => ({
    at,
    run: (deps: Deps) => runJob(deps, "verify-issues"),
  }));
  const detections = timesBetween(calendar.start + STEP_MS, horizon).map((at) => ({
    at,
    run: (deps: Deps) => runJob(deps, "open-error-issues"),
  }));
  return [...detections, ...staff, ...looks]
    .filter(({ at }) => at <= horizon)
    .toSorted((a, b) => a.at - b.at);
}

function timesBetween(first: number, last: number): number[] {
  return Array.from(
    { length: Math.max(0, Math.floor((last - first) / STEP_MS) + 1) },
    (_, i) => first + i * STEP_MS,
  );
}

async function declareReleases(api: ApiClient, { start, fixReleasedAt }: Calendar): Promise<void> {
  const times = [
    [RELEASE.old, start - 30 * DAY_MS],
    [RELEASE.broken, start - 9 * DAY_MS],
    [RELEASE.fix, fixReleasedAt],
  ] as const;
  for (const [version, at] of times)
    await api.send("POST", "/releases", {
      version,
      service: DEMO.service,
      environment: DEMO.environment,
      releasedAt: new Date(at).toISOString(),
    });
}

async function runJob(deps: Deps, id: string): Promise<void> {
  const job = jobs.find((each) => each.id === id);
  if (job === undefined) throw new Error(`there is no job ${id}`);
  await job.run(deps);
}

/** Nothing is woken at simulated times: the worker's own rounds find what is left. */
const SILENT: Scheduler = {
  define: () => undefined,
  repeat: () => Promise.resolve(),
  enqueue: () => Promise.resolve(),
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};
