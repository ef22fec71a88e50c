import { mkdtemp, rm } from "node:fs/promises";
import type { ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve, type ServerType } from "@hono/node-server";
import type { Warehouse } from "@voxloop/warehouse";
import {
  type Collector,
  type CollectorOptions,
  openCollector,
  SERVER_OPTIONS,
  type WriteKeyGrant,
} from "../index.ts";

export const silent = { debug() {}, info() {}, warn() {}, error() {} };

export interface StartedCollector {
  collector: Collector;
  /** Of the server, without a path. */
  url: string;
  folder: string;
  stop(): Promise<void>;
}

/** The grant of a key that may send anything to a project. */
export function grantOf(projectId: string, scopes: Partial<WriteKeyGrant> = {}): WriteKeyGrant {
  const none = { eventsPerSecond: null, eventsPerDay: null };
  return {
    keyId: `key of ${projectId}`,
    projectId,
    allowedOrigins: [],
    environments: [],
    limits: { key: none, project: none },
    expiresAt: null,
    ...scopes,
  };
}

/** A collector on a real port and a folder of its own, which knows the write key `vwk_good` of the project `p1`. */
export async function startCollector(
  warehouse: Warehouse,
  { server: serverOptions, ...options }: Partial<CollectorOptions> & { server?: ServerOptions } = {},
): Promise<StartedCollector> {
  const folder = options.spoolDir ?? (await mkdtemp(join(tmpdir(), "voxloop-collector-")));
  const collector = await openCollector({
    warehouse,
    findKey: async (key) => (key === "vwk_good" ? grantOf("p1") : undefined),
    spoolDir: folder,
    spoolMaxBytes: 64 * 1024 * 1024,
    now: () => new Date(),
    log: silent,
    ...options,
  });
  const server = await new Promise<ServerType>((resolve) => {
    const { fetch } = collector.app;
    const server = {
      fetch,
      port: 0,
      hostname: "127.0.0.1",
      serverOptions: { ...SERVER_OPTIONS, ...serverOptions },
    };
    const started: ServerType = serve(server, () => resolve(started));
  });
  return {
    collector,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    folder,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await collector.close();
      if (options.spoolDir === undefined) await rm(folder, { recursive: true });
    },
  };
}

/** An OTLP/JSON logs request of these records; attributes are given as plain values. */
export function logsRequest(
  records: readonly { attributes?: Record<string, unknown>; [field: string]: unknown }[],
  resource: Record<string, unknown> = {},
): string {
  const logRecords = records.map(({ attributes = {}, ...record }) => ({
    ...record,
    attributes: keyValues(attributes),
  }));
  return JSON.stringify({
    resourceLogs: [{ resource: { attributes: keyValues(resource) }, scopeLogs: [{ logRecords }] }],
  });
}

function keyValues(attributes: Record<string, unknown>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (typeof value === "number")
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return typeof value === "boolean" ? { boolValue: value } : { stringValue: value };
}
