import { setTimeout as sleep } from "node:timers/promises";
import { describeLatencies } from "../latency.ts";
import type { Clients } from "./clients.ts";
import type { CollectorProcess } from "./collector.ts";

export interface Phase {
  name: string;
  answers: number;
  p50: number;
  p99: number;
  slowest: number;
  /** Bytes in all spools at the end of the phase. */
  spoolBytes: number;
  /** What the collectors' `/readyz` said at its end. */
  readiness: string[];
}

/** Takes a server away while clients send, and tells of the answers before, meanwhile and after. */
export async function outage(of: {
  collectors: readonly CollectorProcess[];
  clients: Clients;
  seconds: number;
  take: () => Promise<unknown>;
  giveBack: () => Promise<unknown>;
}): Promise<{ phases: Phase[]; drainSeconds: number }> {
  const { collectors, clients, seconds } = of;
  const calmSeconds = Math.min(30, seconds);
  const phases = [await phase("before", { collectors, clients, seconds: calmSeconds })];
  await of.take();
  phases.push(await phase("away", { collectors, clients, seconds }));
  await of.giveBack();
  const since = Date.now();
  phases.push(await phase("back", { collectors, clients, seconds: calmSeconds }));
  await clients.stop();
  for (const collector of collectors) await collector.drained(300_000);
  return { phases, drainSeconds: (Date.now() - since) / 1000 };
}

async function phase(
  name: string,
  of: { collectors: readonly CollectorProcess[]; clients: Clients; seconds: number },
): Promise<Phase> {
  const from = of.clients.answers.length;
  await sleep(of.seconds * 1000);
  const times = of.clients.answers.slice(from).map(({ milliseconds }) => milliseconds);
  const { p50, p99, max } = describeLatencies(times);
  const readiness = await Promise.all(of.collectors.map((collector) => collector.readiness()));
  return {
    name,
    answers: times.length,
    p50: Math.round(10 * p50) / 10,
    p99: Math.round(10 * p99) / 10,
    slowest: Math.round(max),
    spoolBytes: readiness.reduce((sum, { spool }) => sum + spool.bytes, 0),
    readiness: readiness.map(({ status, warehouse }) => `${status}, warehouse ${warehouse.slice(0, 40)}`),
  };
}
