import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler } from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { voxloopErrorHandler, voxloopMiddleware as forExpress } from "../src/node/express.ts";
import { voxloopPlugin } from "../src/node/fastify.ts";
import { voxloopMiddleware as forHono } from "../src/node/hono.ts";
import { init, type NodeVoxloop } from "../src/node.ts";
import { createMemoryTransport, type MemoryTransport } from "../src/testing.ts";

const OPTIONS = { writeKey: "vxk_node", service: "core-bank", release: "3.1.0", environment: "staging" };
const BAGGAGE = "app.installation.id=i%2D1;p=1, session.id = s-1 ,user.id=, other=x";

let memory: MemoryTransport;
let voxloop: NodeVoxloop;
let stop: () => Promise<unknown> | void;

beforeEach(() => {
  memory = createMemoryTransport();
  voxloop = init({ ...OPTIONS, endpoint: "http://x", transport: memory.transport });
  stop = () => undefined;
});
afterEach(async () => {
  await stop();
  await voxloop.shutdown();
});

type Fetch = (path: string, init?: RequestInit) => Promise<Response>;
interface App {
  /** Adds `x-user` as the user that authentication found. */
  fetch: Fetch;
}

const FAILURE = new Error("ledger is away");
const refusal = (): Error => Object.assign(new Error("limit"), { status: 422, statusCode: 422 });

function honoApp(): App {
  const app = new Hono<{ Variables: { user?: string } }>();
  app.use(forHono(voxloop, { customer: (context) => ({ userId: context.get("user") as string }) }));
  app.use(async (context, next) => {
    context.set("user", context.req.header("x-user"));
    await next();
  });
  app.get("/accounts/:id", async (context) => {
    await Promise.resolve();
    voxloop.track("account.read");
    return context.text("ok");
  });
  app.get("/throws/:id", () => {
    throw FAILURE;
  });
  app.get("/refuses", () => {
    throw new HTTPException(422, { message: "limit" });
  });
  app.get("/answers", (context) => context.text("away", 503));
  app.onError((error, context) =>
    error instanceof HTTPException ? error.getResponse() : context.text(`said: ${error.message}`, 500),
  );
  return { fetch: async (path, init) => app.request(path, init) };
}

// oxlint-disable-next-line max-params -- by its four parameters Express knows an error handler
const answerError: ErrorRequestHandler = (error: Error & { status?: number }, _request, response, _next) =>
  void response.status(error.status ?? 500).send(`said: ${error.message}`);

async function expressApp(): Promise<App> {
  const app = express();
  app.use(forExpress(voxloop, { customer: (request) => ({ userId: request.get("x-user") }) }));
  const router = express.Router();
  router.get("/:id", async (_request, response) => {
    await Promise.resolve();
    voxloop.track("account.read");
    response.send("ok");
  });
  app.use("/accounts", router);
  app.get("/throws/:id", async () => {
    await Promise.resolve();
    throw FAILURE;
  });
  app.get("/refuses", () => {
    throw refusal();
  });
  app.get("/answers", (_request, response) => void response.status(503).send("away"));
  app.use(voxloopErrorHandler());
  app.use(answerError);
  const server: Server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  stop = () => void server.close();
  const { port } = server.address() as AddressInfo;
  return { fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init) };
}

async function fastifyApp(): Promise<App> {
  const app = fastify();
  await app.register(voxloopPlugin, {
    voxloop,
    customer: (request) => ({ userId: request.headers["x-user"] as string }),
  });
  app.get("/accounts/:id", async () => {
    await Promise.resolve();
    voxloop.track("account.read");
    return "ok";
  });
  app.get("/throws/:id", async () => {
    throw FAILURE;
  });
  app.get("/refuses", async () => {
    throw refusal();
  });
  app.get("/answers", async (_request, reply) => reply.code(503).send("away"));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    reply.code(error.statusCode ?? 500).send(`said: ${error.message}`),
  );
  await app.listen({ port: 0, host: "127.0.0.1" });
  stop = () => app.close();
  const { port } = app.server.address() as AddressInfo;
  return { fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init) };
}

describe.each([
  ["hono", honoApp],
  ["express", expressApp],
  ["fastify", fastifyApp],
])("%s", (framework, open: () => App | Promise<App>) => {
  test("events of a request are its customer's, from its baggage and the app", async () => {
    const app = await open();
    await Promise.all([
      app.fetch("/accounts/7", { headers: { baggage: BAGGAGE } }),
      app.fetch("/accounts/8", { headers: { "x-user": "u-8" } }),
    ]);
    await voxloop.flush();
    const reads = memory.events.map(({ name, attributes }) => ({ name, attributes }));
    expect(reads.map(({ name }) => name)).toEqual(["account.read", "account.read"]);
    const mine = reads.find(({ attributes }) => attributes["session.id"]);
    expect(mine?.attributes).toMatchObject({ "app.installation.id": "i-1", "session.id": "s-1" });
    expect(mine?.attributes).not.toHaveProperty("user.id");
    expect(reads.some(({ attributes }) => attributes["user.id"] === "u-8")).toBe(true);
  });

  test("what a handler throws is reported with its route, and the app's own answer is given", async () => {
    const app = await open();
    const response = await app.fetch("/throws/7?token=secret", { headers: { "x-user": "u-1" } });
    expect([response.status, await response.text()]).toEqual([500, "said: ledger is away"]);
    await voxloop.flush();
    expect(memory.events).toMatchObject([
      {
        name: "exception",
        attributes: {
          "user.id": "u-1",
          "exception.message": "ledger is away",
          "http.route": "/throws/:id",
          "http.request.method": "GET",
          "http.response.status_code": 500,
          "url.path": "/throws/7",
          "vox.error.origin": framework,
          "vox.duration_ms": expect.any(Number) as number,
        },
      },
    ]);
  });

  test("an answer of 5xx is a failed request, and a refusal, or a page that is not there, is nothing", async () => {
    const app = await open();
    const statuses = [];
    for (const path of ["/refuses", "/nowhere", "/answers"]) statuses.push((await app.fetch(path)).status);
    expect(statuses).toEqual([422, 404, 503]);
    await voxloop.flush();
    expect(memory.events).toMatchObject([
      {
        name: "vox.request.failed",
        attributes: { "error.type": "503", "http.route": "/answers", "http.response.status_code": 503 },
      },
    ]);
  });
});

test("a Hono runtime that may sleep is asked to wait until the request's events are sent", async () => {
  const app = new Hono();
  app.use(forHono(voxloop));
  app.get("/", (context) => {
    voxloop.track("x");
    return context.text("ok");
  });
  const waits: Promise<unknown>[] = [];
  const execution = {
    waitUntil: (wait: Promise<unknown>) => void waits.push(wait),
    passThroughOnException() {},
    props: {},
  };
  await app.request("/", {}, {}, execution);
  await Promise.all(waits);
  expect(memory.events.map(({ name }) => name)).toEqual(["x"]);
});

function nobody(): never {
  throw new Error("no session");
}

test("a customer callback that throws costs the event its customer only, and baggage can be ignored", async () => {
  const app = new Hono();
  app.use("/throws", forHono(voxloop, { customer: nobody }));
  app.use("/ignores", forHono(voxloop, { trustBaggage: false }));
  app.get("*", (context) => {
    voxloop.track("x");
    return context.text("ok");
  });
  const headers = { baggage: BAGGAGE };
  for (const path of ["/throws", "/ignores"]) await app.request(path, { headers });
  await voxloop.flush();
  expect(memory.events).toHaveLength(2);
  for (const { attributes } of memory.events) expect(attributes).not.toHaveProperty("session.id");
});
