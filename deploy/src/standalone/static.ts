import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";

const DASHBOARD = fileURLToPath(new URL("../../../dashboard/build", import.meta.url));
const DEMO_BANK = fileURLToPath(new URL("../../dist/demo", import.meta.url));

/** The dashboard's build; an address that is no file is a page of the app. */
export async function dashboardFiles(): Promise<Hono> {
  await assertBuilt(DASHBOARD);
  const app = new Hono();
  app.use("/*", serveStatic({ root: DASHBOARD, onFound: cacheForever }));
  app.get("/*", serveStatic({ root: DASHBOARD, path: "index.html" }));
  return app;
}

/** The demo bank at `/demo/`, which learns its write key from `/demo/config.json`. */
export async function demoBankFiles(config: { writeKey: string }): Promise<Hono> {
  await assertBuilt(DEMO_BANK);
  const app = new Hono();
  app.get("/demo", (context) => context.redirect("/demo/"));
  app.get("/demo/config.json", (context) => context.json(config));
  app.use(
    "/demo/*",
    serveStatic({ root: DEMO_BANK, rewriteRequestPath: (path) => path.replace(/^\/demo/, "") }),
  );
  return app;
}

/** Files whose name carries a hash of their content never change. */
function cacheForever(path: string, context: { header(name: string, value: string): void }): void {
  const isHashed = path.includes("/immutable/");
  context.header("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
}

async function assertBuilt(folder: string): Promise<void> {
  const isThere = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isThere) throw new Error(`${folder} is missing: run "npx pnpm@12 run build" first`);
}
