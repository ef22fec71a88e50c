import { expect } from "vitest";
import { DEFAULT_PROJECT } from "../src/standalone/first-start.ts";
import { TOKEN, WRITE_KEY, type VoxloopProcess } from "./voxloop-process.ts";

/** What every process tells of itself, and a collector or worker beside. */
const METRICS = {
  any: [
    "process_memory_usage_bytes",
    "nodejs_eventloop_delay_seconds",
    "http_server_request_duration_seconds_count",
  ],
  collector: ["voxloop_collector_accepted_events_total", "voxloop_collector_drain_lag_seconds"],
  worker: ["voxloop_job_duration_seconds_count"],
};

/** `/metrics` answers whoever asks, has what the roles of the process promise, and names no secret. */
export async function checkMetrics(
  url: string,
  roles: readonly ("collector" | "worker" | "api")[],
): Promise<void> {
  await fetch(`${url}/v1/logs?key=${WRITE_KEY}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const text = await answer.text();
  const promised = [METRICS.any, ...roles.map((role) => (role === "api" ? [] : METRICS[role]))].flat();
  for (const name of promised)
    expect(text, `${name} of ${roles.join()}`).toMatch(new RegExp(`^${name}[{ ]`, "m"));
  for (const secret of [WRITE_KEY, TOKEN]) expect(text).not.toContain(secret);
}

/** A process that is told to stop ends answers without an end of their own, and itself. */
export async function checkStop(voxloop: VoxloopProcess): Promise<void> {
  const live = await fetch(`${voxloop.url}/api/v1/projects/${DEFAULT_PROJECT}/live`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  expect(live.status).toBe(200);
  const said = live.text();
  const start = performance.now();
  expect(await voxloop.stop()).toBe(0);
  expect(performance.now() - start).toBeLessThan(9_000);
  expect(await said).toContain('"reason":"stopping"');
}
