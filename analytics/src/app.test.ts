import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "./app.ts";
import type { Deps } from "./deps.ts";
import { openTestDeps } from "./http/test-app.fixture.ts";
import { createToken } from "./people/token.ts";
import type { Scope } from "./people/person.ts";

const now = new Date("2026-03-01T00:00:00Z");
const json = { "content-type": "application/json" };
const logged: object[] = [];

let deps: Deps & { close(): Promise<void> };
let api: ReturnType<typeof createApi>;
let admin: string;

beforeAll(async () => {
  deps = await openTestDeps(now);
  deps.log.error = (fields) => void logged.push(fields);
  api = createApi(deps);
  admin = await bearer(["read", "write", "admin"]);
});
afterAll(() => deps.close());

async function bearer(scopes: Scope[], projectId: string | null = null): Promise<string> {
  const { token } = await createToken(deps.ledger, { name: "test", scopes, projectId, now });
  return `Bearer ${token}`;
}

test("what is no route is answered 404 problem+json, also when another app carries the API", async () => {
  const carrier = new Hono().route("/", api);
  for (const app of [api, carrier]) {
    const response = await app.request("/api/v1/nothing");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 404, title: "No such thing" });
  }
});

const post = (body: string) => api.request("/api/v1/session", { method: "POST", headers: json, body });

test("a body that is not JSON is answered 400, an invalid field by its name, a body over the limit 413", async () => {
  const malformed = await post("{");
  expect(malformed.status).toBe(400);
  expect(malformed.headers.get("content-type")).toBe("application/problem+json");
  const invalid = await post(JSON.stringify({ email: "a@b.test" }));
  expect(await invalid.json()).toMatchObject({ status: 400, errors: [{ field: "password" }] });
  expect((await post(JSON.stringify({ email: "x".repeat(1_100_000) }))).status).toBe(413);
});

test("an answer that nobody waits for any more is stopped in the engine, and its progress can be asked until then", async () => {
  const id = "00112233445566778899aabbccddeeff";
  const slow = { ...deps, warehouse: { ...deps.warehouse, query: endless } };
  const page = new AbortController();
  const answer = createApi(slow).request("/api/v1/projects/bank/errors", {
    headers: { authorization: admin, "x-question-id": id },
    signal: page.signal,
  });
  const progress = async () => {
    const asked = await api.request(`/api/v1/questions/${id}`, { headers: { authorization: admin } });
    return (await asked.json()) as { running: number; readRows: number };
  };
  await expect.poll(async () => (await progress()).readRows, { timeout: 10_000 }).toBeGreaterThan(0);
  logged.length = 0;
  page.abort();
  expect((await answer).status).toBe(499);
  expect(logged).toEqual([]);
  await expect.poll(async () => (await progress()).running).toBe(0);
  expect((await api.request("/api/v1/questions/1", { headers: { authorization: admin } })).status).toBe(400);
  expect((await api.request(`/api/v1/questions/${id}`)).status).toBe(401);
});

test("a question that would take more time or memory than it may is answered so, and is no bug", async () => {
  logged.length = 0;
  for (const [settings, status] of [
    [{ max_execution_time: 1 }, 504],
    [{ max_memory_usage: "1000000" }, 503],
  ] as const) {
    const query: Deps["warehouse"]["query"] = (of) =>
      deps.warehouse.query({ ...of, sql: "SELECT uniqExact(number) FROM numbers(400000000)", settings });
    const slow = createApi({ ...deps, warehouse: { ...deps.warehouse, query } });
    const response = await slow.request("/api/v1/projects/bank/errors", {
      headers: { authorization: admin },
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ title: "Too much to answer" });
  }
  expect(logged).toEqual([]);
});

/** Asks the real engine something that takes minutes, whatever is asked. */
const endless: Deps["warehouse"]["query"] = (of) =>
  deps.warehouse.query({
    ...of,
    sql: "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1",
  });

test("a bug is logged once with its cause and answered 500 without detail", async () => {
  const broken = createApi({
    ...deps,
    now: () => {
      throw new Error("secret detail");
    },
  });
  logged.length = 0;
  const response = await broken.request("/api/v1/session", { headers: { cookie: "voxloop_session=vss_x" } });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("secret detail");
  expect(logged).toEqual([
    expect.objectContaining({ err: expect.objectContaining({ message: "secret detail" }) }),
  ]);
});

test("every answer carries the security headers", async () => {
  const { headers } = await api.request("/api/v1/openapi.json");
  expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("strict-transport-security")).toBeNull();
});

test("the reference is whole from this server under a policy that lets nothing else in", async () => {
  const page = await api.request("/api/v1/docs");
  expect(page.headers.get("content-security-policy")).toContain("script-src 'self';");
  const html = await page.text();
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
  expect(files).toHaveLength(4);
  for (const file of files) expect((await api.request(`/api/v1/${file}`)).status, file).toBe(200);
});

interface Operation {
  method: string;
  path: string;
  isOpen: boolean;
}

/** Every operation of the OpenAPI document, with its path's parameters filled in: a new route is in here by itself. */
async function operations(parameters: Record<string, string>): Promise<Operation[]> {
  const document = (await (await api.request("/api/v1/openapi.json")).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { security?: unknown[] }>>;
  };
  expect(document.openapi).toBe("3.1.0");
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: template.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? "1"),
      isOpen: operation.security?.length === 0,
    })),
  );
}

const isWrite = ({ method, path }: Operation) => method !== "GET" && !READS_BY_POST.test(path);
const READS_BY_POST =
  /\/funnels\/(query|explain|customer|customers|customers\/export)$|\/(paths|retention(\/\w+)?|searches)\/query$|\/segments\/size$|\/grouping-rules\/test$|\/text\/analyze$/;

async function ask({ method, path }: Operation, authorization?: string): Promise<Response> {
  const headers = authorization === undefined ? json : { ...json, authorization };
  return api.request(path, { method, headers, ...(method === "GET" ? {} : { body: "{}" }) });
}

test("only the session's routes answer callers who are not signed in", async () => {
  const all = await operations({ project: "bank" });
  expect(all.filter(({ isOpen }) => isOpen).map(({ path }) => path)).toEqual(
    all.filter(({ path }) => path.startsWith("/api/v1/session")).map(({ path }) => path),
  );
  for (const operation of all.filter(({ isOpen }) => !isOpen)) {
    const response = await ask(operation);
    expect(response.status, `${operation.method} ${operation.path}`).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
  }
});

test("no token that may only read can write", async () => {
  const reader = await bearer(["read"]);
  for (const operation of (await operations({ project: "bank" })).filter(
    (one) => !one.isOpen && isWrite(one),
  )) {
    expect((await ask(operation, reader)).status, `${operation.method} ${operation.path}`).toBe(403);
  }
});

test("no token of one project reaches another", async () => {
  const ofShop = await bearer(["read", "write", "admin"], "shop");
  const ofBank = (await operations({ project: "bank" })).filter(({ path }) =>
    path.includes("/projects/bank"),
  );
  expect(ofBank.length).toBeGreaterThanOrEqual(5);
  for (const operation of ofBank) {
    expect((await ask(operation, ofShop)).status, `${operation.method} ${operation.path}`).toBe(403);
  }
});

test("an id, name or body that makes no sense is the caller's fault on every route", async () => {
  for (const operation of (await operations({ project: "no-such" })).filter(({ isOpen }) => !isOpen)) {
    const { status } = await ask(operation, admin);
    expect(status, `${operation.method} ${operation.path}`).toBeLessThan(500);
  }
});
