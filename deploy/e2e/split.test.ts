import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startClickHouseServer, startPostgres, startRedis } from "@voxloop/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { launchChromium } from "./browser.ts";
import { checkMetrics } from "./check-operations.ts";
import { startVoxloop, type VoxloopProcess } from "./voxloop-process.ts";
import { walkTheLoop } from "./walk-the-loop.ts";

const browser = await launchChromium();
const postgres = await startPostgres();
const redis = await startRedis();
const clickhouse = await startClickHouseServer();
const dataDir = await mkdtemp(join(tmpdir(), "voxloop-split-"));
const ADMIN = { email: "pm@bank.example", password: "a long enough password" };
const processes: VoxloopProcess[] = [];

afterAll(async () => {
  for (const one of processes.toReversed()) await one.stop();
  await browser?.close();
  await Promise.all([clickhouse.stop(), postgres?.stop(), redis?.stop()]);
  await rm(dataDir, { recursive: true, force: true });
});

async function startRole(role: string, args: string[] = []): Promise<VoxloopProcess> {
  if (postgres === undefined || redis === undefined) throw new Error("no servers");
  const started = await startVoxloop({
    port: await freePort(),
    args,
    env: {
      VOXLOOP_ROLES: role,
      VOXLOOP_DATA_DIR: join(dataDir, role),
      CLICKHOUSE_URL: clickhouse.url,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      VOXLOOP_ALLOW_PRIVATE_WEBHOOKS: "true",
      VOXLOOP_ADMIN_EMAIL: ADMIN.email,
      VOXLOOP_ADMIN_PASSWORD: ADMIN.password,
    },
  });
  processes.push(started);
  return started;
}

const hasAll = browser !== undefined && postgres !== undefined && redis !== undefined;
describe.skipIf(!hasAll)("collector, worker and api as processes on ClickHouse, PostgreSQL and Redis", () => {
  let api: VoxloopProcess;
  let collector: VoxloopProcess;
  let worker: VoxloopProcess;
  beforeAll(async () => {
    api = await startRole("api");
    worker = await startRole("worker");
    collector = await startRole("collector", ["--demo-bank"]);
  }, 120_000);

  test(
    "a problem goes round the loop from a customer's error to a verified fix",
    { timeout: 300_000 },
    async () => {
      if (browser === undefined) return;
      await walkTheLoop(browser, {
        apiUrl: api.url,
        collectorUrl: collector.url,
        bankUrl: `${collector.url}/demo/`,
        adminEmail: ADMIN.email,
        adminPassword: ADMIN.password,
      });
    },
  );

  test("each process tells at /metrics what it does", async () => {
    await checkMetrics(collector.url, ["collector"]);
    await checkMetrics(worker.url, ["worker"]);
    await checkMetrics(api.url, ["api"]);
  });
});
