import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { z } from "zod";
import { readBodies } from "./body-file.ts";
import { describeLatencies } from "../latency.ts";

/* A load generator in a process of its own: sends every body of a file, at a rate, and prints what came of it as JSON. */

const options = z
  .object({
    url: z.string(),
    key: z.string(),
    file: z.string(),
    contentType: z.string(),
    gzip: z.boolean(),
    eventsPerBody: z.number(),
    /** Requests a second; 0 sends the next one as soon as one of `atOnce` is answered. */
    rate: z.number(),
    atOnce: z.number(),
  })
  .parse(JSON.parse(process.argv[2] ?? "{}"));

const bodies = await readBodies(options.file);
const pool = new Pool(options.url, { connections: options.atOnce, pipelining: 1 });
const headers = {
  authorization: `Bearer ${options.key}`,
  "content-type": options.contentType,
  ...(options.gzip ? { "content-encoding": "gzip" } : {}),
};
const latencies: number[] = [];
const statuses: Record<string, number> = {};

async function send(body: Buffer, dueAt: number): Promise<void> {
  const { statusCode, body: answer } = await pool.request({
    method: "POST",
    path: "/v1/logs",
    headers,
    body,
  });
  await answer.dump();
  // From when it was due, so that a server that stalls is not excused from the requests it kept from being sent.
  latencies.push(performance.now() - dueAt);
  statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
}

async function sendAtRate(): Promise<void> {
  const start = performance.now();
  const all: Promise<void>[] = [];
  for (let next = 0; next < bodies.length;) {
    const due = Math.min(bodies.length, Math.floor(((performance.now() - start) / 1000) * options.rate) + 1);
    for (; next < due; next += 1)
      all.push(send(bodies[next] as Buffer, start + (next / options.rate) * 1000));
    await sleep(2);
  }
  await Promise.all(all);
}

async function sendAsFastAsAnswered(): Promise<void> {
  let next = 0;
  const one = async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++])
      await send(body, performance.now());
  };
  await Promise.all(Array.from({ length: options.atOnce }, one));
}

const start = performance.now();
const cpuBefore = process.cpuUsage();
await (options.rate > 0 ? sendAtRate() : sendAsFastAsAnswered());
const seconds = (performance.now() - start) / 1000;
const cpu = process.cpuUsage(cpuBefore);
await pool.close();
process.stdout.write(
  JSON.stringify({
    seconds,
    statuses,
    acknowledged: (statuses["200"] ?? 0) * options.eventsPerBody,
    latency: describeLatencies(latencies),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  }),
);
