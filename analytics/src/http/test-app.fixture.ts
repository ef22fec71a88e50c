import { openLedger, schema } from "@voxloop/ledger";
import { openWarehouse } from "@voxloop/warehouse";
import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import type { Actor } from "../people/person.ts";
import { openScheduler } from "../scheduler/open.ts";
import type { ApiEnv } from "./api.ts";
import { Problem } from "./problem.ts";

/** Deps on the real embedded engines, with the projects "bank" and "shop" and a clock that stands still. */
export async function openTestDeps(now: Date): Promise<Deps & { close(): Promise<void> }> {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const [warehouse, ledger, scheduler] = await Promise.all([
    openWarehouse({}),
    openLedger({}),
    openScheduler({ log }),
  ]);
  await Promise.all([warehouse.migrate(), ledger.migrate()]);
  const projects = ["bank", "shop"].map((id) => ({ id, name: id }));
  await ledger.db.insert(schema.projects).values(projects);
  return {
    warehouse,
    ledger,
    scheduler,
    now: () => now,
    log,
    publicUrl: "http://vox.test",
    allowPrivateWebhooks: true,
    close: async () => void (await Promise.all([warehouse.close(), ledger.close(), scheduler.stop()])),
  };
}

/** An app of one slice's routes for an actor, answering thrown Problems as the whole API does. */
export function createTestApp(routes: Hono<ApiEnv>, actor: Actor | undefined): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.use(async (context, next) => {
    if (actor !== undefined) context.set("actor", actor);
    await next();
  });
  app.route("/", routes);
  app.onError((error, context) => {
    if (!(error instanceof Problem)) throw error;
    return context.json(error.toJSON(), error.status);
  });
  return app;
}

export const person: Actor = { name: "pm@bank.test", scopes: ["read", "write", "admin"], projectId: null };
