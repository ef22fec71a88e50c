import { resolveSlowly, storedId } from "../slow-identities.fixture.ts";
import type { VersionCounts } from "./query.ts";
import type { ArmCounts } from "./recovery.ts";

/** A customer meets the guidance (`action`), or succeeds in a flow (no action). */
export interface Told {
  /** Unix milliseconds; no two are equal. */
  time: number;
  user: string;
  installation: string;
  action: string;
  /** 0: the app does not say. */
  version: number;
  flow: string;
}

export interface SlowQuestion {
  from: number;
  to: number;
  now: number;
  recoveryMs: number;
  flows: ReadonlyMap<number, string>;
}

/** An event as `events_v1` has it. */
export function rowOf(told: Told, of: { projectId: string; guidanceId: string; eventId: string }) {
  const { time, user, installation, action, version, flow } = told;
  const own = {
    "vox.guidance.id": of.guidanceId,
    "vox.guidance.action": action,
    ...(version !== 0 && { "vox.guidance.version": String(version) }),
  };
  return {
    project_id: of.projectId,
    event_id: of.eventId,
    event_name: action === "" ? "vox.transaction" : "vox.guidance",
    time: new Date(time).toISOString(),
    received_at: new Date(time).toISOString(),
    customer_id: user || installation,
    user_id: user,
    installation_id: installation,
    flow,
    outcome: action === "" ? "succeeded" : "",
    attributes: action === "" ? {} : own,
  };
}

/** Guidance recovery by the words of its definition and nothing else. */
export function recoverSlowly(told: readonly Told[], question: SlowQuestion): VersionCounts[] {
  const nobody = { session: "", previous: "", outcome: "" };
  const resolve = resolveSlowly(told.map((event) => ({ ...event, ...nobody })));
  const all = told
    .map((event) => ({ ...event, customer: resolve(storedId({ ...event, ...nobody })) }))
    .filter(({ customer }) => customer !== "")
    .toSorted((a, b) => a.time - b.time);
  const guided = all.filter(
    ({ action, time }) => action !== "" && time >= question.from && time < question.to,
  );
  const versions = [null, ...new Set(guided.map(({ version }) => version).filter((version) => version > 0))];
  return versions.flatMap((version) => {
    const of = guided.filter((event) => version === null || event.version === version);
    if (of.length === 0) return [];
    const met = of.filter(({ action }) => action === "shown" || action === "held_out");
    const firsts = met.filter((event) => met.find(({ customer }) => customer === event.customer) === event);
    const armOf = (arm: string) => {
      const inArm = firsts.filter(({ action }) => action === arm);
      return inArm.length === 0 ? undefined : judge(inArm, all, question);
    };
    const customers = (action: string) =>
      new Set(of.filter((event) => event.action === action).map(({ customer }) => customer)).size;
    const actions = { followed: customers("followed"), dismissed: customers("dismissed") };
    return [{ version, shown: armOf("shown"), heldOut: armOf("held_out"), actions }];
  });
}

type Resolved = Told & { customer: string };

function judge(arm: Resolved[], all: Resolved[], question: SlowQuestion): ArmCounts {
  const counts: ArmCounts = {
    stopped: 0,
    recovered: 0,
    medianSeconds: null,
    stillInWindow: 0,
    outsideFlows: 0,
  };
  const seconds: number[] = [];
  for (const { customer, time, flow: told, version } of arm) {
    const flow = told || question.flows.get(version) || "";
    const end = time + question.recoveryMs;
    const success = all.find(
      (event) =>
        event.customer === customer &&
        event.action === "" &&
        event.flow === flow &&
        event.time > time &&
        event.time <= end,
    );
    if (flow === "") counts.outsideFlows += 1;
    else if (end > question.now) counts.stillInWindow += 1;
    else {
      counts.stopped += 1;
      if (success !== undefined) seconds.push((success.time - time) / 1000);
    }
  }
  return { ...counts, recovered: seconds.length, medianSeconds: medianOf(seconds) };
}

function medianOf(values: number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
