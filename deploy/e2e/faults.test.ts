import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startClickHouseServer, type ClickHouseServer } from "@voxloop/testing";
import { openWarehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Clients } from "../bench/faults/clients.ts";
import { CollectorProcess } from "../bench/faults/collector.ts";
import { killLoop } from "../bench/faults/kill-loop.ts";
import { outage } from "../bench/faults/outage.ts";
import { judge, keepEveryRow, type Verdict } from "../bench/faults/stored.ts";

let folder: string;
let server: ClickHouseServer;
let collectors: CollectorProcess[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "voxloop-faults-"));
  server = await startClickHouseServer({ path: join(folder, "clickhouse") });
  const warehouse = await openWarehouse({ url: server.url });
  await warehouse.migrate();
  await keepEveryRow(warehouse);
  await warehouse.close();
  const start = (name: string) => CollectorProcess.start(join(folder, name), server.url);
  collectors = await Promise.all([start("first"), start("second")]);
});
afterAll(async () => {
  for (const collector of collectors) await collector.kill();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const startClients = (name: string) =>
  new Clients({ name, urls: collectors.map(({ url }) => url), count: 6, pauseMs: 10 });

async function verdictOn(clients: Clients): Promise<Verdict> {
  const warehouse = await openWarehouse({ url: server.url });
  const verdict = await judge(warehouse, clients);
  await warehouse.close();
  return verdict;
}

test("two collectors before one ClickHouse, killed in turn while clients try again, lose and double nothing", async () => {
  const clients = startClients("kill");
  await killLoop(collectors, 2);
  await clients.stop();
  for (const collector of collectors) await collector.drained(30_000);
  const verdict = await verdictOn(clients);
  expect(verdict).toMatchObject({ lost: 0, doubled: 0, countedTwice: 0 });
  expect(verdict.acknowledged).toBeGreaterThan(500);
  expect(clients.refused["none"]).toBeGreaterThan(0);
  expect(Object.keys(clients.refused)).toEqual(["none"]);
});

test("while ClickHouse is away answers come as before, the spools grow and are told of, and then drain", async () => {
  const clients = startClients("outage");
  const { phases } = await outage({
    collectors,
    clients,
    seconds: 2,
    take: () => server.kill(),
    giveBack: async () => {
      server = await startClickHouseServer({ path: server.path, port: server.port });
    },
  });
  const [before, away] = phases;
  expect(away?.answers).toBeGreaterThan(50);
  expect(away?.spoolBytes).toBeGreaterThan(before?.spoolBytes ?? 0);
  expect(away?.readiness).toEqual([
    expect.stringMatching(/^ready, warehouse away: /),
    expect.stringMatching(/^ready, warehouse away: /),
  ]);
  expect(away?.p50).toBeLessThan(5 * (before?.p50 ?? 0) + 50);
  expect(clients.refused).toEqual({});
  expect(await verdictOn(clients)).toMatchObject({ lost: 0, doubled: 0, repeated: 0, countedTwice: 0 });
});
